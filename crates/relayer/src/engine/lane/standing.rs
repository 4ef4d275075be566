//! What is risked for whom, and what may be spent.

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{
    Message, Notice,
    attempt::{Attempt, Load},
    entry::Entry,
    lane::batching::gas_of,
    origin::Origin,
    stakes::Stakes,
    trust::Credit,
};

/// After how many blocks a message is looked at again whose time has not come.
const WITHHELD_BLOCKS: u64 = 64;

impl Lane {
    /// A transaction was paid for and did not deliver the message.
    pub(super) fn lose(&mut self, message: B256, tx_hash: B256, gas: u64) {
        let origin = self.roster.get(message).map(|entry| Origin::of(&entry.message));
        if self.spent.add(message, tx_hash, gas, origin)
            && let Some(origin) = origin
        {
            self.trust.lost(origin, gas, self.now, &self.policy);
        }
    }

    /// A message was delivered by us.
    pub(super) fn earn(&mut self, item: &Load) {
        if let Some(entry) = self.roster.get(item.message) {
            self.trust.earned(Origin::of(&entry.message), item.gas, self.now, &self.policy);
        }
    }

    fn credit(&self, message: &Message) -> Credit {
        self.trust.credit(Origin::of(message), self.now, &self.policy)
    }

    /// How many blocks lie between two tries, for what those like the message have lost us.
    pub(super) fn distance(&self, message: B256) -> u64 {
        let origin = self.roster.get(message).map(|entry| Origin::of(&entry.message));
        origin.map_or(0, |origin| self.trust.distance(origin, self.now, &self.policy))
    }

    /// Something was lost: those that are ready to go may not be as good as they seemed. To be called once for all that a
    /// transaction lost.
    pub(super) fn reconsider(&mut self, out: &mut Vec<Command>) {
        let is_ready = |entry: &&Entry| matches!(entry.phase, Phase::Ready { .. });
        let ready = self.roster.guarded().filter(is_ready);
        let ready: Vec<(B256, Credit)> =
            ready.map(|entry| (entry.message.hash, self.credit(&entry.message))).collect();
        for (message, credit) in ready {
            // What may be out there already cannot be kept back.
            if credit != Credit::Good && self.fleet.slot_of_message(message).is_none() {
                self.set_apart(message, credit);
                self.ration(message, out);
            }
        }
    }

    /// Looks, before the next messages are guarded, at what they may be tried for.
    pub(super) fn sort_out(&mut self) {
        if !self.trust.has_losses() {
            return;
        }
        loop {
            let [others, doubtful] = [false, true].map(|doubtful| self.out_of_place(doubtful));
            // By weights, others have their turn in place of those that are set apart.
            let is_done = others.is_empty() || self.roster.weights().is_empty();
            for (message, credit) in others.into_iter().chain(doubtful) {
                self.set_apart(message, credit);
            }
            if is_done {
                return;
            }
        }
    }

    /// Those that are among the others and should be among the doubtful ones, or the reverse, as far as it takes to find a whole
    /// group that is in its place; by weights, in the next group.
    fn out_of_place(&self, doubtful: bool) -> Vec<(B256, Credit)> {
        let size = self.policy.guard_group.max(1);
        if !doubtful && !self.roster.weights().is_empty() {
            return self.fresh(size).0.into_iter().filter_map(|entry| self.is_misplaced(entry)).collect();
        }
        let (mut wrong, mut right) = (Vec::new(), 0);
        for entry in self.roster.queued(doubtful) {
            if let Some(misplaced) = self.is_misplaced(entry) {
                wrong.push(misplaced);
                continue;
            }
            right += 1;
            if right >= size {
                break;
            }
        }
        wrong
    }

    fn is_misplaced(&self, entry: &Entry) -> Option<(B256, Credit)> {
        let credit = self.credit(&entry.message);
        let is_right = entry.doubtful == (credit != Credit::Good || entry.failures > 0);
        (!is_right).then_some((entry.message.hash, credit))
    }

    fn set_apart(&mut self, message: B256, credit: Credit) {
        self.roster.change(message, |entry| entry.doubtful = credit != Credit::Good || entry.failures > 0);
    }

    /// Has a message that is ready wait for some blocks, if it is not its time yet: it would take more than has come back since
    /// those like it lost us something.
    pub(super) fn ration(&mut self, message: B256, out: &mut Vec<Command>) {
        let Some(entry) = self.roster.get(message) else { return };
        let (Credit::Used(party), Phase::Ready { gas, .. }) = (self.credit(&entry.message), entry.phase)
        else {
            return;
        };
        if self.trust.is_affordable(Origin::of(&entry.message), gas, self.now, &self.policy) {
            return;
        }
        let blocks = WITHHELD_BLOCKS.min(self.policy.max_delay_blocks).max(1);
        let until = self.head.saturating_add(blocks);
        let was_told = self.roster.change(message, |entry| {
            entry.doubtful = true;
            entry.phase = Phase::Asleep { until };
            entry.withheld.replace(gas).is_some()
        });
        if was_told == Some(false) {
            let reason = format!("{party} made the relayer pay too much in vain");
            out.push(Command::Notify(Notice::Withheld { message, reason, retry_after_block: until }));
        }
    }

    /// What transactions on their way carry.
    pub(crate) fn stakes(&self) -> Stakes {
        let mut stakes = Stakes::default();
        for load in self.fleet.attempts().flat_map(|(_, attempt)| loads(attempt)) {
            if let Some(entry) = self.roster.get(load.message) {
                stakes.add(Origin::of(&entry.message), load.gas);
            }
        }
        stakes
    }

    /// Whether something depends on what is on its way already.
    pub(super) const fn is_a_risk(&self, entry: &Entry, gas: u64) -> bool {
        entry.doubtful || gas > self.policy.modest_gas
    }

    /// Whether one more message like this may be on its way beside these: a modest one that nothing is held against, one
    /// within what may be lost, or the only one of those that answer for it. Where these used their budget up, the only one,
    /// in its time.
    pub(crate) fn may_risk(&self, entry: &Entry, gas: u64, others: &Stakes) -> bool {
        if !self.is_a_risk(entry, gas) {
            return true;
        }
        let (origin, now, policy) = (Origin::of(&entry.message), self.now, &self.policy);
        if let Credit::Used(_) = self.trust.credit(origin, now, policy) {
            return self.trust.may_try(origin, gas, others, now, policy);
        }
        let alike = self.trust.at_stake(origin, others, now, policy);
        let sum = alike.gas + u128::from(gas);
        alike.count == 0 || sum <= u128::from(self.trust.room(origin, now, policy))
    }

    /// Whether what landed in the past hour, and what may land still, has reached the cap.
    pub(crate) fn is_capped(&self) -> bool {
        self.policy.max_gas_per_hour.is_some_and(|cap| {
            let on_their_way = self.fleet.attempts().map(|(_, attempt)| gas_of(loads(attempt)));
            on_their_way.fold(self.budget.sum(), u64::saturating_add) >= cap
        })
    }

    /// Says once that the cap is reached.
    pub(super) fn note_cap(&mut self, out: &mut Vec<Command>) {
        let is_capped = self.is_capped();
        if is_capped && !self.budget.is_told {
            let cap = self.policy.max_gas_per_hour.unwrap_or_default();
            out.push(Command::Notify(Notice::Capped { source: None, gas: self.budget.sum(), cap }));
        }
        self.budget.is_told = is_capped;
    }
}

/// What an attempt is to deliver: what is being signed for it, or the newest version.
pub(super) fn loads(attempt: &Attempt) -> &[Load] {
    match attempt.newest() {
        Some(version) if attempt.signing.is_empty() => &version.items,
        _ => &attempt.signing,
    }
}
