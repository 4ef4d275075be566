//! What may be paid in vain at most: by what was sent, and by the budgets that the relayer goes by.

use super::{
    kind::{KINDS, Kind, Parcel},
    ledger::Paid,
    schedule::Side,
};
use alloy::primitives::B256;
use causeway_relayer::engine::Policy;
use std::{collections::BTreeSet, fmt};

/// The most gas that a delivery takes of which its target does next to nothing, alone in a transaction.
const ATTEMPT: u64 = 100_000;

/// What was paid in vain on a side, in gas, and what may have been.
pub(crate) struct Vain {
    side: Side,
    pub(crate) gas: u64,
    most: u64,
    /// Single deliveries that took more than any of these should.
    dear: Vec<String>,
}

impl Vain {
    pub(super) fn on(side: Side, paid: &[Paid], sent: impl Iterator<Item = (B256, Parcel)>) -> Self {
        let paid: Vec<_> = paid.iter().filter(|paid| paid.side == side).collect();
        let carried = paid.iter().flat_map(|paid| paid.carried.iter().copied());
        let messages: BTreeSet<_> = sent.chain(carried).collect();
        let mut dear = Vec::new();
        for paid in paid.iter().filter(|paid| failed(paid).next().is_some() && share(paid) > ATTEMPT) {
            dear.push(format!("{} cost {} gas for each of its messages, in vain", paid.hash, share(paid)));
        }
        let of_kind = |kind| bound(kind, &paid, messages.iter().filter(|(_, of)| of.kind == kind).count());
        let by_kind = KINDS.into_iter().map(of_kind).sum();
        let gas = paid.iter().map(|paid| share(paid) * failed(paid).count() as u64).sum();
        let most = allowance(&paid, Policy::default().vain_gas_per_route, |_| true).min(by_kind);
        Self { side, gas, most, dear }
    }

    /// What is against the promise.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let is_over = (self.gas > self.most).then(|| format!("{self}: too much"));
        self.dear.iter().cloned().chain(is_over)
    }
}

impl fmt::Display for Vain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} gas in vain on {:?}, of {} that may be", self.gas, self.side, self.most)
    }
}

/// What messages of a kind may cost in vain: each as often as it may be tried, and all, which have a target of their own, what is
/// given to a target.
fn bound(kind: Kind, paid: &[&Paid], messages: usize) -> u64 {
    let by_tries = (messages * kind.may_cost()) as u64 * ATTEMPT;
    by_tries
        .min(allowance(paid, Policy::default().vain_gas_per_sender, |of| of.kind.target() == kind.target()))
}

/// A budget, what deliveries add to it, what comes back of it in time, and the one that uses it up. The relayer counts what a
/// delivery may take, which is less than twice what it takes.
fn allowance(paid: &[&Paid], budget: u64, is_of: impl Fn(&Parcel) -> bool) -> u64 {
    let delivered = |paid: &&&Paid| {
        let of = paid.carried.iter().filter(|(hash, parcel)| paid.delivered.contains(hash) && is_of(parcel));
        of.count() as u64 * share(paid)
    };
    let earned: u64 = paid.iter().map(|paid| delivered(&paid)).sum();
    let time =
        |of: fn(u64, u64) -> u64| paid.iter().map(|paid| paid.timestamp).reduce(of).unwrap_or_default();
    let span = time(u64::max) - time(u64::min);
    let whole = budget + 2 * earned / 4;
    whole + (whole * span).div_ceil(Policy::default().vain_half_life) + ATTEMPT
}

/// What it carried and did not deliver.
fn failed(paid: &Paid) -> impl Iterator<Item = &(B256, Parcel)> {
    paid.carried.iter().filter(|(message, _)| !paid.delivered.contains(message))
}

/// What each of its messages cost.
fn share(paid: &Paid) -> u64 {
    paid.gas_used / paid.carried.len().max(1) as u64
}

#[test]
fn a_target_costs_no_more_than_its_messages_and_its_budget() {
    let paid = |timestamp, messages: u8, gas_used, delivered: bool| {
        let parcel = Parcel { kind: Kind::Fickle, key: 0 };
        let carried: Vec<_> = (0..messages).map(|byte| (B256::repeat_byte(byte), parcel)).collect();
        let delivered = carried.iter().map(|(hash, _)| *hash).filter(|_| delivered).collect();
        let (side, hash, success, gas_limit) = (Side::A, "0x".to_owned(), true, gas_used);
        Paid { side, hash, success, gas_limit, gas_used, carried, delivered, timestamp }
    };
    let of = |paid: &[Paid]| Vain::on(Side::A, paid, std::iter::empty());
    let one = of(&[paid(1, 2, 200_000, false), paid(2, 1, 100_000, true)]);
    // Two messages, and three tries of each.
    assert_eq!((one.gas, one.most, one.faults().count()), (200_000, 6 * ATTEMPT, 0));
    let many: Vec<_> = (0..40).map(|at| paid(at, 40, 40 * ATTEMPT, false)).collect();
    let many = of(&many);
    assert!(many.most < 3_000_000 && many.faults().count() == 1, "{many}");
    assert_eq!(of(&[paid(1, 1, ATTEMPT + 1, false)]).faults().count(), 1, "one that is too dear");
}
