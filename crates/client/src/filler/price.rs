use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use alloy::{providers::utils::Eip1559Estimation, rpc::types::TransactionRequest};

/// Enough for nodes that ignore the base fee in simulations, and not nothing.
const LEAST: u128 = 1;

/// How much of the last price a simulation offers: base fees rise between two transactions.
const MARGIN: u128 = 4;

/// What is known of the chain, whoever asked for it.
#[derive(Debug, Default)]
pub(super) struct Known {
    chain_id: OnceLock<u64>,
    /// The last price that was asked for, in wei; zero before.
    price: AtomicU64,
}

impl Known {
    pub(super) fn chain_id(&self) -> Option<u64> {
        self.chain_id.get().copied()
    }

    /// The first that is said counts: a provider is on one chain.
    pub(super) fn set_chain_id(&self, chain_id: u64) {
        let _ = self.chain_id.set(chain_id);
    }

    pub(super) fn price(&self) -> Option<u128> {
        match self.price.load(Ordering::Relaxed) {
            0 => None,
            price => Some(price.into()),
        }
    }

    pub(super) fn set_price(&self, price: u128) {
        self.price.store(u64::try_from(price).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Whether a request has no price, or one that the inbox takes for a deposit's.
pub(super) fn is_missing(request: &TransactionRequest) -> bool {
    request.gas_price.or(request.max_fee_per_gas).is_none_or(|price| price == 0)
}

/// Gives a request the price of a transaction. A tip of its own stays.
pub(super) fn set(request: &mut TransactionRequest, fees: &Eip1559Estimation) {
    let tip = request.max_priority_fee_per_gas.unwrap_or(fees.max_priority_fee_per_gas);
    let above = fees.max_fee_per_gas.saturating_sub(fees.max_priority_fee_per_gas);
    request.gas_price = None;
    request.max_fee_per_gas = Some(above.saturating_add(tip));
    request.max_priority_fee_per_gas = Some(tip);
}

/// Gives a request the price of a simulation.
pub(super) fn simulate(request: &mut TransactionRequest, known: Option<u128>) {
    request.max_fee_per_gas = None;
    request.max_priority_fee_per_gas = None;
    request.gas_price = Some(known.map_or(LEAST, |price| price.saturating_mul(MARGIN)));
}
