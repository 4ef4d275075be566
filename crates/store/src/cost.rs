use crate::{StoreError, codec::int, database::Row};
use alloy_primitives::{Address, B256, Bytes, U256};

/// Wei in a gwei. Fees are kept as gwei and what is below, so that the database can add them up.
const GWEI: u64 = 1_000_000_000;

/// What a transaction cost, as its receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The height of the block that holds it.
    pub block_number: u64,
    /// Its hash.
    pub block_hash: B256,
    /// The timestamp of the block, in seconds.
    pub landed_at: u64,
    /// The gas that it used.
    pub gas_used: u64,
    /// The effective price of a unit of gas, in wei.
    pub gas_price: u128,
    /// All that was paid, in wei; the L1 fee is part of it, and what the chain's operator took.
    pub fee: U256,
    /// What of the fee was for L1, in wei, where the chain says so.
    pub l1_fee: Option<U256>,
    /// The gas that the chain gave back after the execution, where it says so.
    pub gas_refund: Option<u64>,
}

/// What a message cost in one transaction: its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageCost {
    /// The transaction.
    pub tx_hash: B256,
    /// The timestamp of its block, in seconds.
    pub landed_at: u64,
    /// Its share of the gas.
    pub gas: u64,
    /// Its share of the fee, in wei.
    pub fee: U256,
    /// Whether the transaction did not deliver it.
    pub in_vain: bool,
}

/// A transaction that was paid for without delivering a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The transaction.
    pub tx_hash: B256,
    /// The message's share of its gas, once the cost was recorded.
    pub gas: Option<u64>,
}

/// What came of the messages of one sender to one target within ten minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experience {
    /// The chain of the sender.
    pub source: u64,
    /// Who sent the messages.
    pub sender: Address,
    /// Whom they were for.
    pub target: Address,
    /// How the messages to a bridge begin: with a function and the first of its arguments. Empty for other targets.
    pub beginning: Bytes,
    /// The gas that delivered messages.
    pub gas: u64,
    /// The gas that was paid in vain. Not counted is what came too late because somebody else had delivered the message.
    pub vain_gas: u64,
    /// The timestamp of the last block of them, in seconds.
    pub at: u64,
}

/// A transaction that is in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The transaction.
    pub tx_hash: B256,
    /// The height of the block.
    pub block_number: u64,
    /// The timestamp of the block, in seconds; `None` where it is not known.
    pub timestamp: Option<u64>,
    /// The gas that it used, or, while that is not known, the gas that its messages may use.
    pub gas: u64,
    /// What of it is for the messages of which source: chain id and gas.
    pub shares: Vec<(u64, u64)>,
}

/// By what costs are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CostBy {
    /// Source and destination.
    Route,
    /// Destination and target.
    Target,
    /// Source, sender, destination and target: the application.
    Application,
    /// Source and sender.
    Sender,
    /// Chain and account that paid; with what was paid for no message.
    Account,
    /// Day (UTC, of the destination's blocks) and destination; with what was paid for no message.
    Day,
}

/// What costs were added up for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CostKey {
    /// A route.
    Route {
        /// Where messages come from.
        source: u64,
        /// Where they go to.
        destination: U256,
    },
    /// A target.
    Target {
        /// Its chain.
        chain_id: u64,
        /// Its address.
        target: Address,
    },
    /// An application: what one sender has to do with one target.
    Application {
        /// The sender's chain.
        source: u64,
        /// Its address.
        sender: Address,
        /// The target's chain.
        chain_id: u64,
        /// Its address.
        target: Address,
    },
    /// A sender.
    Sender {
        /// Its chain.
        source: u64,
        /// Its address.
        sender: Address,
    },
    /// An account.
    Account {
        /// The chain that was paid on.
        chain_id: u64,
        /// Its address.
        signer: Address,
    },
    /// A day.
    Day {
        /// The chain that was paid on.
        chain_id: u64,
        /// `2026-11-27`, in UTC.
        day: String,
    },
}

/// Costs, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostTotal {
    /// For what.
    pub key: CostKey,
    /// The number of messages.
    pub messages: u64,
    /// The number of transactions that carried them.
    pub transactions: u64,
    /// Their share of the gas.
    pub gas: u64,
    /// Their share of the fees, in wei.
    pub fee: U256,
    /// Of the gas, what did not deliver the message that it was for.
    pub vain_gas: u64,
    /// Of the fees, what did not deliver the message that it was for, in wei.
    pub vain_fee: U256,
}

/// An amount of wei as the database has it.
pub(crate) fn gwei_and_rest(wei: U256) -> Result<(i64, i64), StoreError> {
    let (gwei, rest) = wei.div_rem(U256::from(GWEI));
    let gwei = int("fee in gwei", u64::try_from(gwei).unwrap_or(u64::MAX))?;
    Ok((gwei, int("wei", rest.to())?))
}

/// The amount of wei in two columns.
pub(crate) fn wei(row: &Row, gwei: &'static str, rest: &'static str) -> Result<U256, StoreError> {
    Ok(U256::from(row.uint(gwei)?) * U256::from(GWEI) + U256::from(row.uint(rest)?))
}

/// The cost in the row of an attempt.
pub(crate) fn cost(row: &Row) -> Result<Option<Cost>, StoreError> {
    let Some(landed_at) = row.optional_uint("landed_at")? else { return Ok(None) };
    Ok(Some(Cost {
        block_number: row.uint("block_number")?,
        block_hash: row.b256("block_hash")?,
        landed_at,
        gas_used: row.uint("gas_used")?,
        gas_price: row.u256("gas_price")?.saturating_to(),
        fee: wei(row, "fee_gwei", "fee_rest")?,
        l1_fee: row.optional_u256("l1_fee")?,
        gas_refund: row.optional_uint("gas_refund")?,
    }))
}

/// Divides an amount by weights, or evenly where one of them is unknown (zero). The parts are the amount, exactly: what
/// rounding leaves goes to the later ones.
pub(crate) fn divide(amount: U256, weights: &[u64]) -> Vec<U256> {
    let is_weighted = weights.iter().all(|weight| *weight > 0);
    let weight = |weight: &u64| U256::from(if is_weighted { *weight } else { 1 });
    let whole: U256 = weights.iter().map(weight).sum();
    let mut upto = U256::ZERO;
    let mut given = U256::ZERO;
    let part = |one: &u64| {
        upto += weight(one);
        // Weights and amounts are numbers of the database: 64 and 94 bits.
        let share = amount * upto / whole - given;
        given += share;
        share
    };
    weights.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_the_whole(amount in 0_u128..1 << 93, weights in prop::collection::vec(0_u64..1 << 63, 1..100)) {
            let amount = U256::from(amount);
            let parts = divide(amount, &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().copied().sum::<U256>(), amount);
            let whole: U256 = weights.iter().map(|weight| U256::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let fair = if weights.contains(&0) {
                    amount / U256::from(weights.len())
                } else {
                    amount * U256::from(*weight) / whole
                };
                prop_assert!(part.abs_diff(fair) <= U256::from(1));
            }
        }

        #[test]
        fn wei_survives(gwei in 0_u64..1 << 63, rest in 0_u64..GWEI) {
            let wei = U256::from(gwei) * U256::from(GWEI) + U256::from(rest);
            prop_assert_eq!(gwei_and_rest(wei).unwrap(), (gwei as i64, rest as i64));
        }
    }

    #[test]
    fn no_fee_is_cut_off() {
        assert!(gwei_and_rest(U256::MAX).is_err());
    }
}
