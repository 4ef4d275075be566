//! What may be offered for gas, for deliveries and errands alike.

use super::{fees::Fees, node::Node};
use crate::{GasEvent, RelayerEvent};

/// Where no ceiling is configured: how many times what a first bid has offered, or a new transaction would offer now, one that is signed
/// again may offer. What lands for no such price is not kept out by fees.
const MOST: u128 = 10;

/// What was signed with a nonce before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Earlier<'a> {
    /// The first version, as nodes take it.
    pub(super) first: &'a [u8],
    /// The one whose place is taken: nodes ask for more than it offers.
    pub(super) newest: &'a [u8],
}

/// It takes more than may be offered, in wei for a unit of gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Excess {
    /// What it takes.
    pub(super) lowest: u128,
    /// What may be offered.
    pub(super) ceiling: u128,
}

impl Node {
    /// What is offered, where this is what a new transaction would offer: no more than is configured; otherwise, of what is signed
    /// again, no more than a multiple of its first bid or of the price now.
    pub(super) fn bid(&self, market: Fees, earlier: Option<Earlier<'_>>) -> Result<Fees, Excess> {
        let fees = earlier.map_or(market, |earlier| market.outbidding(earlier.newest));
        let by_default =
            || earlier.map(|earlier| market.max_fee.max(Fees::offered(earlier.first)).saturating_mul(MOST));
        let Some(ceiling) = self.max_fee_per_gas.or_else(by_default) else { return Ok(fees) };
        fees.below(ceiling).ok_or_else(|| {
            // Otherwise what was sent offers enough, or as much as it may.
            if market.lowest > ceiling && self.dearness.begin() {
                let (chain_id, lowest) = (self.chain_id, market.lowest);
                self.shared.announce(RelayerEvent::Gas(GasEvent::Dear { chain_id, lowest, ceiling }));
            }
            Excess { lowest: fees.lowest, ceiling }
        })
    }

    /// This is what a new transaction would offer with a block.
    pub(super) fn priced(&self, head: u64, market: Fees) {
        let is_dear = self.max_fee_per_gas.is_some_and(|ceiling| market.lowest > ceiling);
        if self.dearness.take_in(head, is_dear) {
            self.shared.announce(RelayerEvent::Gas(GasEvent::Fair { chain_id: self.chain_id }));
        }
    }
}
