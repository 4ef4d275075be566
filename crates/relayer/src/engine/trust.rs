use std::collections::BTreeMap;

use crate::engine::{
    Experience, Message, Policy,
    origin::{Origin, Party},
    stakes::{Stake, Stakes},
};

/// What an application, a sender, a target and a route have made us pay in vain, and what was delivered for them, beyond
/// the messages themselves: who is sent again and again is not new each time.
///
/// An application is a sender and a target together, and of bridges the token as well: many use the same bridge. One for
/// which deliveries speak is judged by itself; one that nothing speaks for answers for its sender, its target and its route,
/// too. Nobody is shut out: whoever used a budget up goes after all others, one message at a time, and no message before its
/// gas would have been made good again ([`Trust::may_try`]).
///
/// Everything is in gas, and forgotten by half every [`Policy::vain_half_life`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust {
    records: BTreeMap<Party, Record>,
    /// Somebody lost us something that is not forgotten.
    has_losses: bool,
    /// What was lost before the start is known already.
    is_restored: bool,
    /// How often a record was looked at.
    #[cfg(test)]
    pub(crate) looks: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Record {
    lost: Fading,
    earned: Fading,
    /// When it lost us something last by an application that had lost us nothing, and by one that had.
    first_lost_at: u64,
    lost_at: u64,
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
    /// What others like it cost is above the budget of this party: it goes alone as well, and not before its time.
    Used(Party),
}

/// Above how many records those are forgotten that only speak for somebody.
const MAX_RECORDS: usize = 100_000;

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
        let is_first = self.is_blameless(origin, now, policy);
        for party in origin.parties() {
            let record = self.records.entry(party).or_default();
            record.lost.add(gas, now, policy.vain_half_life);
            let at = if is_first { &mut record.first_lost_at } else { &mut record.lost_at };
            *at = now.max(*at);
        }
    }

    /// Takes in what was earned and lost before the start. Losses alone would make strangers of those that have long paid
    /// for themselves.
    pub(crate) fn restore(&mut self, past: &[Experience], policy: &Policy) {
        self.is_restored = true;
        for Experience { source, sender, target, token, gas, vain_gas, at } in past.iter().copied() {
            let origin = Origin { source, sender, target, token };
            if gas > 0 {
                self.earned(origin, gas, at, policy);
            }
            if vain_gas > 0 {
                self.lost(origin, vain_gas, at, policy);
            }
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
        if self.records.len() > MAX_RECORDS {
            // What only speaks for somebody can be earned anew.
            self.records.retain(|_, record| record.lost.at(now, policy.vain_half_life) > 0);
        }
    }

    /// Returns what a message of these may be tried for.
    pub(crate) fn credit(&self, origin: Origin, now: u64, policy: &Policy) -> Credit {
        if let Some(party) = self.used(origin, now, policy).next() {
            return Credit::Used(party);
        }
        let [application, sender, target, _] = origin.parties().map(|party| self.balance(party, now, policy));
        let is_doubtful = |(lost, earned): (u64, u64)| lost > earned / 4;
        let is_known = is_proven(application);
        if is_doubtful(application) || !is_known && (is_doubtful(sender) || is_doubtful(target)) {
            Credit::Doubtful
        } else {
            Credit::Good
        }
    }

    /// Returns who used a budget up, of those that answer for it.
    fn used(&self, origin: Origin, now: u64, policy: &Policy) -> impl Iterator<Item = Party> {
        let parties = origin.parties();
        // Whom deliveries speak for does not answer for others.
        let count = if is_proven(self.balance(parties[0], now, policy)) { 1 } else { parties.len() };
        parties.into_iter().take(count).filter(move |party| {
            let (lost, earned) = self.balance(*party, now, policy);
            lost > allowance(party.budget(policy), earned)
        })
    }

    /// Whether a message of these may be tried that takes so much gas, although a budget is used up: since the last loss as
    /// much of the budget has come back, where a whole one comes back in a half-life, and no other of the same party
    /// is on its way. So in any time no more is lost than comes back in it, or in a half-life two messages that are above
    /// half of the budget each; what is cheap waits for a short time only, and what is delivered for no time at all.
    pub(crate) fn may_try(
        &self,
        origin: Origin,
        gas: u64,
        on_their_way: &Stakes,
        now: u64,
        policy: &Policy,
    ) -> bool {
        self.used(origin, now, policy)
            .all(|party| on_their_way.of(party).count == 0 && self.is_due(origin, party, gas, now, policy))
    }

    /// Whether so much gas has come back for all who used their budget up.
    pub(crate) fn is_affordable(&self, origin: Origin, gas: u64, now: u64, policy: &Policy) -> bool {
        self.used(origin, now, policy).all(|party| self.is_due(origin, party, gas, now, policy))
    }

    /// When so much gas has come back for all who used their budget up, if nothing more is lost until then.
    pub(crate) fn due_at(&self, origin: Origin, gas: u64, now: u64, policy: &Policy) -> u64 {
        let dues =
            self.used(origin, now, policy).map(|party| self.comes_back_at(origin, party, gas, now, policy));
        dues.max().unwrap_or(now)
    }

    fn is_due(&self, origin: Origin, party: Party, gas: u64, now: u64, policy: &Policy) -> bool {
        now >= self.comes_back_at(origin, party, gas, now, policy)
    }

    /// Half of what comes back is for applications that have lost us nothing: others, whose cheap messages have their time
    /// sooner, cannot take all of it, again and again.
    fn comes_back_at(&self, origin: Origin, party: Party, gas: u64, now: u64, policy: &Policy) -> u64 {
        let is_first = self.is_blameless(origin, now, policy);
        let last = |record: &Record| if is_first { record.first_lost_at } else { record.lost_at };
        let since = self.records.get(&party).map_or(0, last);
        let (half_life, budget) = (policy.vain_half_life, (party.budget(policy) / 2).max(1));
        let wait = (u128::from(half_life) * u128::from(gas)).div_ceil(u128::from(budget));
        let wait = u64::try_from(wait).unwrap_or(half_life).min(half_life);
        since.saturating_add(wait)
    }

    /// Whether nothing that its application lost us is remembered.
    fn is_blameless(&self, origin: Origin, now: u64, policy: &Policy) -> bool {
        let [application, ..] = origin.parties();
        self.balance(application, now, policy).0 == 0
    }

    /// Returns what those that answer for it may still make us pay in vain, in gas.
    pub(crate) fn room(&self, origin: Origin, now: u64, policy: &Policy) -> u64 {
        let rooms = self.answering(origin, now, policy).map(|party| {
            let (lost, earned) = self.balance(party, now, policy);
            allowance(policy.vain_gas_per_sender, earned).saturating_sub(lost)
        });
        rooms.min().unwrap_or_default()
    }

    /// Returns what counts for the room that this one has, of what is on its way.
    pub(crate) fn at_stake(&self, origin: Origin, stakes: &Stakes, now: u64, policy: &Policy) -> Stake {
        let [application, ..] = origin.parties();
        match is_proven(self.balance(application, now, policy)) {
            true => stakes.of(application),
            // Who has the application in common has the sender and the target in common.
            false => stakes.of_either(origin),
        }
    }

    /// Returns how many blocks lie between two tries of what these have lost us: one more for each 64th of the budget.
    pub(crate) fn distance(&self, origin: Origin, now: u64, policy: &Policy) -> u64 {
        let losses = self.answering(origin, now, policy).map(|party| self.balance(party, now, policy).0);
        let share = (policy.vain_gas_per_sender / 64).max(1);
        (losses.max().unwrap_or_default() / share).min(policy.max_delay_blocks)
    }

    /// The application, and as long as nothing speaks for it, its sender and target.
    fn answering(&self, origin: Origin, now: u64, policy: &Policy) -> impl Iterator<Item = Party> {
        let parties = origin.parties();
        let count = if is_proven(self.balance(parties[0], now, policy)) { 1 } else { 3 };
        parties.into_iter().take(count)
    }

    /// What was lost and what was earned.
    fn balance(&self, party: Party, now: u64, policy: &Policy) -> (u64, u64) {
        #[cfg(test)]
        self.looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
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

impl Party {
    const fn budget(self, policy: &Policy) -> u64 {
        match self {
            Self::Route(_) => policy.vain_gas_per_route,
            _ => policy.vain_gas_per_sender,
        }
    }
}

/// Whether nobody who answers for a message has used a budget up, by what came of messages before.
pub(crate) fn is_within_budget(past: &[Experience], message: &Message, now: u64, policy: &Policy) -> bool {
    let mut trust = Trust::default();
    trust.restore(past, policy);
    !matches!(trust.credit(Origin::of(message), now, policy), Credit::Used(_))
}

/// Whether deliveries speak for somebody, by what was lost and what was earned.
const fn is_proven((lost, earned): (u64, u64)) -> bool {
    earned / 4 > lost
}

/// What may be lost: the budget, and a quarter of what was delivered.
const fn allowance(budget: u64, earned: u64) -> u64 {
    budget.saturating_add(earned / 4)
}

#[cfg(test)]
mod tests;
