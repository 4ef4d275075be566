//! What happens to the destination as a whole: blocks, reorgs, outages.

use super::{Command, Lane, Notice, Pause, Phase, Stage};
use crate::engine::lane::sending::abandon;

impl Lane {
    pub(super) fn head(&mut self, number: u64, timestamp: u64) {
        self.head = number;
        self.now = timestamp;
        self.pause = None;
        self.attempts.retry();
        self.roster.wake_nappers();
        self.roster.wake_until(number);
        self.check_overdue();
    }

    pub(super) fn tick(&mut self) {
        self.wake_armed = false;
        if self.pause == Some(Pause::Tick) {
            self.pause = None;
        }
        self.attempts.retry();
        self.roster.wake_nappers();
        self.check_overdue();
    }

    /// Drops the messages that no block from now on may execute.
    pub(super) fn expire(&mut self, out: &mut Vec<Command>) {
        let oldest = self.now.saturating_sub(self.policy.expiry_window);
        for entry in self.roster.take_initiated_before(oldest) {
            if let Some(parked) = entry.parked {
                abandon(&parked.tx, "the message expired", out);
            }
            let message = entry.message.hash;
            self.judged = Some(self.head);
            self.make_moot(message, "the message expired", out);
            out.push(Command::Notify(Notice::Expired { message }));
        }
    }

    pub(super) fn reorged(&mut self, ancestor: u64) {
        self.head = ancestor;
        // How late it is, the next block says.
        self.now = 0;
        self.attempts.forget();
        self.known_gap = None;
        self.strangers = None;
        // Block numbers that somebody waits for mean nothing any more.
        self.roster.wake_until(u64::MAX);
        self.resend_all();
    }

    pub(super) fn reset(&mut self) {
        for attempt in self.attempts.clear() {
            self.requeue(attempt.message, Phase::Queued);
        }
        self.roster.unpark_all();
        self.spent.clear();
        self.reorged(0);
    }

    pub(super) fn caught_up(&mut self) {
        if self.online {
            return;
        }
        self.online = true;
        self.pause = None;
        self.waits = 0;
        self.attempts.forget();
        self.known_gap = None;
        self.strangers = None;
        // A node that was away may have lost its pool.
        self.resend_all();
    }

    /// Has everything sent again that the node may have dropped.
    fn resend_all(&mut self) {
        let head = self.head;
        for (_, attempt) in self.attempts.iter_mut() {
            match attempt.stage {
                Stage::Pooled | Stage::Checking | Stage::Mined if attempt.is_wanted() => {
                    attempt.stage = Stage::Unsent;
                }
                Stage::Pooled | Stage::Checking | Stage::Mined => {
                    attempt.stage = Stage::Pooled;
                    attempt.suspect = true;
                    attempt.since = head;
                }
                Stage::Signing | Stage::Unsent | Stage::Sending => {}
            }
        }
    }
}
