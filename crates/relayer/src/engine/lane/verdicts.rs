//! What the destination says about messages, and what follows.

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{GuardOutcome, Guarded, Notice};

/// After how many requests without a use in a row the node counts as unwell.
const FAULTS_TO_TELL: u32 = 3;

impl Lane {
    pub(super) fn guarded(&mut self, outcomes: Vec<Guarded>, out: &mut Vec<Command>) {
        let messages: Vec<B256> = outcomes.iter().map(|guarded| guarded.message).collect();
        self.guards.close(&messages);
        for guarded in outcomes {
            self.judge(guarded, out);
        }
    }

    fn judge(&mut self, Guarded { message, identifier, outcome }: Guarded, out: &mut Vec<Command>) {
        let Some(entry) = self.roster.get(message) else { return };
        if !matches!(entry.phase, Phase::Guarding { .. }) {
            return;
        }
        if entry.message.identifier != identifier {
            self.queue(message);
            return;
        }
        if !matches!(outcome, GuardOutcome::Unavailable { .. }) {
            if entry.unavailable > 0 {
                self.roster.change(message, |entry| entry.unavailable = 0);
            }
            self.answered_well(out);
        }
        match outcome {
            GuardOutcome::Deliverable { gas } => self.deliverable(message, gas, out),
            GuardOutcome::AlreadyDelivered => self.unseen(message, out),
            GuardOutcome::Reverts { reason } => {
                self.roster.change(message, |entry| entry.refused = true);
                self.failed(message, reason, None, out);
                self.catch_up_with_kin(message);
            }
            GuardOutcome::NotYet { .. } => self.roster.set_phase(message, Phase::Napping),
            GuardOutcome::Unfunded { reason } => self.unaffordable(message, reason, out),
            GuardOutcome::Unavailable { reason } => self.unanswered(message, reason, out),
        }
    }

    /// The message can go out: with the attempt that holds it, if that waits for it, else with the next one.
    fn deliverable(&mut self, message: B256, gas: u64, out: &mut Vec<Command>) {
        let attempt = self.fleet.slot_of_message(message);
        match attempt.and_then(|slot| self.fleet.get(slot)) {
            Some(attempt) if !attempt.void => self.queue(message),
            _ if self.is_unsettled(message) || self.is_early(message) => self.queue(message),
            Some(_) => self.roster.set_phase(message, Phase::Ready { gas, since: self.head }),
            None if self.is_late(message) => self.roster.set_phase(message, Phase::Late),
            None if self.is_over_cap(message) => self.roster.set_phase(message, Phase::Capped),
            None => {
                self.roster.set_phase(message, Phase::Ready { gas, since: self.head });
                self.ration(message, out);
            }
        }
    }

    /// The node could not be asked. That is the node's fault, unless it goes on telling about other messages: then this
    /// one takes it too long.
    fn unanswered(&mut self, message: B256, reason: String, out: &mut Vec<Command>) {
        let (answers, limit) = (self.answers, self.policy.max_unavailable);
        let is_cause = self.roster.change(message, |entry| {
            entry.unavailable = entry.unavailable.saturating_add(1);
            let heard = std::mem::replace(&mut entry.heard, answers);
            entry.unavailable >= limit && heard < answers
        });
        if is_cause == Some(true) {
            self.failed(message, reason.clone(), None, out);
        } else {
            self.roster.set_phase(message, Phase::Napping);
        }
        self.unwell(reason, out);
    }

    /// The node does not do what it is there for. Nobody's message is to blame.
    pub(super) fn unwell(&mut self, reason: String, out: &mut Vec<Command>) {
        self.faults = self.faults.saturating_add(1);
        if self.faults == FAULTS_TO_TELL {
            out.push(Command::Notify(Notice::Unwell { reason }));
        }
    }

    /// The node does what it is there for. What waited for that goes on at once.
    pub(super) fn answered_well(&mut self, out: &mut Vec<Command>) {
        self.answers = self.answers.wrapping_add(1);
        let faults = std::mem::take(&mut self.faults);
        if faults == 0 {
            return;
        }
        if faults >= FAULTS_TO_TELL {
            out.push(Command::Notify(Notice::Well));
        }
        self.clock.reset();
        self.wake_nappers();
        self.paused = false;
    }

    /// The destination says that the message was delivered, but no log of that was seen.
    ///
    /// The log may be in the next block. If it never comes, it stands in a block from before the relayer's time.
    fn unseen(&mut self, message: B256, out: &mut Vec<Command>) {
        let times = self.roster.change(message, |entry| {
            entry.unseen = entry.unseen.saturating_add(1);
            entry.unseen
        });
        let times = times.unwrap_or_default();
        if times >= self.policy.max_unseen {
            self.forget(message, "a message was delivered earlier", out);
            self.judged = Some(self.head);
            out.push(Command::Notify(Notice::DeliveredEarlier { message }));
        } else {
            let until = self.head.saturating_add(self.policy.delay_blocks(times));
            self.roster.set_phase(message, Phase::Asleep { until });
        }
    }

    /// Delivering the message failed; if a transaction was paid for it, that one and the message's share of its gas are
    /// given. It is tried again some blocks later, longer each time, up to a limit of transactions paid for.
    pub(super) fn failed(
        &mut self,
        message: B256,
        reason: String,
        cost: Option<(B256, u64)>,
        out: &mut Vec<Command>,
    ) {
        if let Some((tx_hash, gas)) = cost {
            self.lose(message, tx_hash, gas);
        }
        let reverts = self.spent.count(message);
        let counts = self.roster.change(message, |entry| {
            entry.failures = entry.failures.saturating_add(1);
            entry.doubtful = true;
            (entry.failures, entry.message.identifier)
        });
        let Some((failures, identifier)) = counts else { return };
        let distance = self.distance(message);
        let retry_after_block = if reverts >= self.max_reverts() {
            self.forget(message, "given up after too many reverts", out);
            self.spent.give_up(message, identifier);
            self.judged = Some(self.head);
            None
        } else {
            let until = self.head.saturating_add(self.policy.delay_blocks(failures).max(distance));
            self.roster.set_phase(message, Phase::Asleep { until });
            Some(until)
        };
        let tx_hash = cost.map(|(tx_hash, _)| tx_hash);
        out.push(Command::Notify(Notice::Failed { message, reason, tx_hash, retry_after_block }));
    }

    /// The account cannot pay for this message; for others, which take less, it perhaps can.
    fn unaffordable(&mut self, message: B256, reason: String, out: &mut Vec<Command>) {
        let times = self.roster.change(message, |entry| {
            entry.unfunded = entry.unfunded.saturating_add(1);
            entry.unfunded
        });
        let delay = self.policy.delay_blocks(times.unwrap_or_default()).min(self.policy.max_unfunded_blocks);
        self.roster.set_phase(message, Phase::Asleep { until: self.head.saturating_add(delay) });
        out.push(Command::Notify(Notice::Unfunded { signer: None, reason }));
    }
}
