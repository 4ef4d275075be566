use std::collections::BTreeMap;

use alloy::primitives::Address;

use crate::engine::{Loss, Message, Policy};

/// What a sender, a target and a route have made us pay in vain, and what was delivered for them, beyond the messages
/// themselves: who is sent again and again is not new each time.
///
/// Everything is in gas, and forgotten by half every [`Policy::vain_half_life`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust {
    records: BTreeMap<Party, Record>,
    /// Somebody lost us something that is not forgotten.
    has_losses: bool,
    /// What was lost before the start is known already.
    is_restored: bool,
}

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    source: u64,
    sender: Address,
    target: Address,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Party {
    Sender(u64, Address),
    Target(Address),
    Route(u64),
}

#[derive(Clone, Copy, Debug, Default)]
struct Record {
    lost: Fading,
    earned: Fading,
}

/// An amount that fades.
#[derive(Clone, Copy, Debug, Default)]
struct Fading {
    amount: u64,
    /// The time when it was that much.
    at: u64,
}

/// What a message may be tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credit {
    /// Nothing is held against it.
    Good,
    /// Others like it failed when it counted: it goes apart from the rest, and after it.
    Doubtful,
    /// It is not tried: what others like it cost is above this budget.
    Used(&'static str),
}

impl Origin {
    pub(crate) const fn of(message: &Message) -> Self {
        Self { source: message.source, sender: message.sender, target: message.target }
    }

    const fn parties(self) -> [Party; 3] {
        [Party::Sender(self.source, self.sender), Party::Target(self.target), Party::Route(self.source)]
    }
}

impl Fading {
    fn at(self, now: u64, half_life: u64) -> u64 {
        let passed = now.saturating_sub(self.at);
        let half_life = half_life.max(1);
        let halvings = u32::try_from(passed / half_life).unwrap_or(u32::MAX);
        let halved = self.amount.checked_shr(halvings).unwrap_or(0);
        // Between two halvings it falls in a straight line.
        let more = u128::from(halved) * u128::from(passed % half_life) / (2 * u128::from(half_life));
        halved.saturating_sub(u64::try_from(more).unwrap_or(u64::MAX))
    }

    fn add(&mut self, amount: u64, now: u64, half_life: u64) {
        *self = Self { amount: self.at(now, half_life).saturating_add(amount), at: now.max(self.at) };
    }

    fn take(&mut self, amount: u64, now: u64, half_life: u64) {
        *self = Self { amount: self.at(now, half_life).saturating_sub(amount), at: now.max(self.at) };
    }
}

impl Trust {
    /// A transaction was paid for and did not deliver a message of these.
    pub(crate) fn lost(&mut self, origin: Origin, gas: u64, now: u64, policy: &Policy) {
        self.has_losses = true;
        for party in origin.parties() {
            self.records.entry(party).or_default().lost.add(gas, now, policy.vain_half_life);
        }
    }

    /// Takes in what was lost before the start.
    pub(crate) fn restore(&mut self, losses: &[Loss], policy: &Policy) {
        self.is_restored = true;
        for Loss { source, sender, target, gas, at } in losses.iter().copied() {
            self.lost(Origin { source, sender, target }, gas, at, policy);
        }
    }

    /// Whether all that was lost before the start is known.
    pub(crate) const fn is_restored(&self) -> bool {
        self.is_restored
    }

    /// The block of that transaction is void.
    pub(crate) fn regained(&mut self, origin: Origin, gas: u64, now: u64, policy: &Policy) {
        for party in origin.parties() {
            if let Some(record) = self.records.get_mut(&party) {
                record.lost.take(gas, now, policy.vain_half_life);
            }
        }
    }

    /// A message of these was delivered by us.
    pub(crate) fn earned(&mut self, origin: Origin, gas: u64, now: u64, policy: &Policy) {
        for party in origin.parties() {
            self.records.entry(party).or_default().earned.add(gas, now, policy.vain_half_life);
        }
    }

    /// Returns what a message of these may be tried for.
    pub(crate) fn credit(&self, origin: Origin, now: u64, policy: &Policy) -> Credit {
        let [sender, target, route] = origin.parties().map(|party| self.balance(party, now, policy));
        let is_over = |(lost, earned): (u64, u64), budget: u64| lost > allowance(budget, earned);
        // Whom deliveries speak for does not pay for the strangers of its route.
        let is_proven = |(lost, earned): (u64, u64)| earned / 4 > lost;
        let is_doubtful = |(lost, earned): (u64, u64)| lost > earned / 4;
        if is_over(sender, policy.vain_gas_per_sender) {
            Credit::Used("its sender")
        } else if is_over(target, policy.vain_gas_per_sender) {
            Credit::Used("its target")
        } else if is_over(route, policy.vain_gas_per_route) && !(is_proven(sender) && is_proven(target)) {
            Credit::Used("its source")
        } else if is_doubtful(sender) || is_doubtful(target) {
            Credit::Doubtful
        } else {
            Credit::Good
        }
    }

    /// Returns what the sender and the target may still make us pay in vain, in gas.
    pub(crate) fn room(&self, origin: Origin, now: u64, policy: &Policy) -> u64 {
        let [sender, target, _] = origin.parties().map(|party| {
            let (lost, earned) = self.balance(party, now, policy);
            allowance(policy.vain_gas_per_sender, earned).saturating_sub(lost)
        });
        sender.min(target)
    }

    /// Returns how many blocks lie between two tries of what these have lost us: one more for each 64th of the budget.
    pub(crate) fn distance(&self, origin: Origin, now: u64, policy: &Policy) -> u64 {
        let [sender, target, _] = origin.parties().map(|party| self.balance(party, now, policy).0);
        let share = (policy.vain_gas_per_sender / 64).max(1);
        (sender.max(target) / share).min(policy.max_delay_blocks)
    }

    /// What was lost and what was earned.
    fn balance(&self, party: Party, now: u64, policy: &Policy) -> (u64, u64) {
        let record = self.records.get(&party).copied().unwrap_or_default();
        let half_life = policy.vain_half_life;
        (record.lost.at(now, half_life), record.earned.at(now, half_life))
    }

    /// Whether anything may be held against anybody.
    pub(crate) const fn has_losses(&self) -> bool {
        self.has_losses
    }

    /// Forgets those of whom nothing is left.
    pub(crate) fn tidy(&mut self, now: u64, policy: &Policy) {
        let half_life = policy.vain_half_life;
        self.records
            .retain(|_, record| record.lost.at(now, half_life) > 0 || record.earned.at(now, half_life) > 0);
        self.has_losses = self.records.values().any(|record| record.lost.at(now, half_life) > 0);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// What may be lost: the budget, and a quarter of what was delivered.
const fn allowance(budget: u64, earned: u64) -> u64 {
    budget.saturating_add(earned / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::test_util::message;

    const BUDGET: u64 = 2_000_000;
    const HOUR: u64 = 3_600;

    fn origin(id: u64) -> Origin {
        Origin::of(&message(id))
    }

    #[test]
    fn half_is_forgotten_every_half_life() {
        let fading = Fading { amount: 1_000, at: 50 };
        for (now, left) in [
            (0, 1_000),
            (50, 1_000),
            (50 + HOUR / 2, 750),
            (50 + HOUR, 500),
            (50 + 2 * HOUR, 250),
            (50 + 100 * HOUR, 0),
        ] {
            assert_eq!(fading.at(now, HOUR), left, "{now}");
        }
        assert_eq!(fading.at(u64::MAX, 0), 0);
    }

    #[test]
    fn what_was_lost_makes_doubtful_then_uses_the_budget_up_then_fades() {
        let (mut trust, policy, of) = (Trust::default(), Policy::default(), origin(1));
        assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
        trust.lost(of, BUDGET, 0, &policy);
        assert_eq!(trust.credit(of, 0, &policy), Credit::Doubtful);
        trust.lost(of, 1, 0, &policy);
        assert_eq!(trust.credit(of, 0, &policy), Credit::Used("its sender"));
        assert_eq!(trust.room(of, 0, &policy), 0);
        assert_eq!(trust.credit(of, HOUR, &policy), Credit::Doubtful);
        assert_eq!(trust.distance(of, HOUR, &policy), 32);
        assert_eq!(trust.credit(of, 100 * HOUR, &policy), Credit::Good);
        assert_eq!(trust.credit(origin(2), 0, &policy), Credit::Good, "others have their own");
    }

    #[test]
    fn deliveries_speak_for_a_sender() {
        let (mut trust, policy, of) = (Trust::default(), Policy::default(), origin(1));
        trust.earned(of, 8 * BUDGET, 0, &policy);
        trust.lost(of, 2 * BUDGET, 0, &policy);
        assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
        trust.lost(of, BUDGET, 0, &policy);
        assert_eq!(trust.credit(of, 0, &policy), Credit::Doubtful);
        trust.regained(of, BUDGET, 0, &policy);
        assert_eq!(trust.credit(of, 0, &policy), Credit::Good);
    }

    #[test]
    fn strangers_of_a_route_share_its_budget_and_the_proven_do_not() {
        let (mut trust, policy) = (Trust::default(), Policy::default());
        trust.earned(origin(0), 1_000, 0, &policy);
        for id in 1..=11 {
            trust.lost(origin(id), BUDGET, 0, &policy);
        }
        assert_eq!(trust.credit(origin(99), 0, &policy), Credit::Used("its source"));
        assert_eq!(trust.credit(origin(0), 0, &policy), Credit::Good);
    }
}
