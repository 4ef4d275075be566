//! What is too old, and what is nearly so.

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::Notice;

impl Lane {
    /// Drops the messages that no block from now on may execute.
    pub(super) fn expire(&mut self, out: &mut Vec<Command>) {
        for entry in self.roster.take_initiated_before(self.policy.expired_before(self.now)) {
            let message = entry.message.hash;
            self.judged = Some(self.head);
            self.expired = self.expired.max(Some(self.now));
            self.leave(message, "a message expired", out);
            out.push(Command::Notify(Notice::Expired { message }));
        }
    }

    /// Whether so little of a message's time is left that no new transaction takes it. What is out stays out.
    pub(crate) fn is_late(&self, message: B256) -> bool {
        let before = self.policy.late_before(self.last_time);
        let is_old =
            self.roster.get(message).is_some_and(|entry| entry.message.identifier.timestamp < before);
        is_old && self.fleet.slot_of_message(message).is_none()
    }

    /// A block says what time it is: sets those aside for which it has become too late, and lets others have their turn again
    /// if the clock went back.
    pub(super) fn look_at_clock(&mut self) {
        if self.now < std::mem::replace(&mut self.last_time, self.now) {
            for message in self.roster.late() {
                self.queue(message);
            }
        }
        for message in self.roster.waiting_initiated_before(self.policy.late_before(self.last_time)) {
            if self.fleet.slot_of_message(message).is_none() {
                self.roster.set_phase(message, Phase::Late);
            }
        }
    }
}
