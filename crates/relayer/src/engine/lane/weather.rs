//! What happens to the destination as a whole: blocks, reorgs, outages, and the account's nonces.

use super::{Command, Lane, Notice, Pause, Phase, Stage, abandon};

impl Lane {
    pub(super) fn head(&mut self, number: u64, timestamp: u64) {
        self.head = number;
        self.now = timestamp;
        self.pause = None;
        self.roster.wake_nappers();
        self.roster.wake_until(number);
        self.check_overdue();
    }

    pub(super) fn tick(&mut self) {
        self.wake_armed = false;
        if self.pause == Some(Pause::Tick) {
            self.pause = None;
        }
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
            out.push(Command::Notify(Notice::Expired { message: entry.message.hash }));
        }
    }

    /// Has the nonces asked for when a transaction should have been in a block by now.
    fn check_overdue(&mut self) {
        let head = self.head;
        let overdue = self.attempts.iter().any(|(_, attempt)| match attempt.stage {
            Stage::Pooled => attempt.suspect || attempt.since < head,
            Stage::Mined => attempt.since.saturating_add(self.policy.rebroadcast_after) < head,
            Stage::Signing | Stage::Unsent | Stage::Sending | Stage::Checking => false,
        });
        if overdue {
            self.attempts.refresh();
        }
    }

    pub(super) fn reorged(&mut self, ancestor: u64) {
        self.head = ancestor;
        self.attempts.forget();
        self.known_gap = None;
        // Block numbers that somebody waits for mean nothing any more.
        self.roster.wake_until(u64::MAX);
        self.resend_all();
    }

    pub(super) fn reset(&mut self) {
        for attempt in self.attempts.clear() {
            self.requeue(attempt.message, Phase::Queued);
        }
        self.roster.unpark_all();
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
        // A node that was away may have lost its pool.
        self.resend_all();
    }

    /// Has everything sent again that the node may have dropped.
    fn resend_all(&mut self) {
        let head = self.head;
        for (_, attempt) in self.attempts.iter_mut() {
            match attempt.stage {
                Stage::Pooled | Stage::Checking | Stage::Mined if attempt.moot => {
                    attempt.stage = Stage::Pooled;
                    attempt.suspect = true;
                    attempt.since = head;
                }
                Stage::Pooled | Stage::Checking | Stage::Mined => attempt.stage = Stage::Unsent,
                Stage::Signing | Stage::Unsent | Stage::Sending => {}
            }
        }
    }

    pub(super) fn nonces(&mut self, epoch: u64, nonces: Option<(u64, u64)>, out: &mut Vec<Command>) {
        if !self.attempts.answered(epoch, nonces) {
            return;
        }
        let Some((latest, pending)) = nonces else {
            self.pause = Some(Pause::Tick);
            return;
        };
        self.check_used(latest, out);
        self.drop_moot(pending, out);
        self.resend_overdue(latest);
        self.known_gap = self.attempts.gap();
    }

    /// Asks what became of the transactions whose nonces are used.
    fn check_used(&mut self, latest: u64, out: &mut Vec<Command>) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        let mut unseen = Vec::new();
        for (nonce, attempt) in self.attempts.iter_mut().filter(|(nonce, _)| *nonce < latest) {
            let Some(tx) = &attempt.tx else { continue };
            match attempt.stage {
                Stage::Pooled | Stage::Unsent => {
                    attempt.stage = Stage::Checking;
                    out.push(Command::Receipt { nonce, tx_hash: tx.hash });
                }
                Stage::Mined if attempt.since.saturating_add(patience) < head => unseen.push(nonce),
                Stage::Mined | Stage::Signing | Stage::Sending | Stage::Checking => {}
            }
        }
        // Mined with success and still no log of the delivery: let the guard look.
        for nonce in unseen {
            if let Some(attempt) = self.attempts.settle(nonce) {
                self.requeue(attempt.message, Phase::Queued);
            }
        }
    }

    /// Gives up the transactions that nobody needs and the node does not have.
    fn drop_moot(&mut self, pending: u64, out: &mut Vec<Command>) {
        let gone: Vec<u64> = self
            .attempts
            .iter()
            .filter(|(nonce, attempt)| *nonce >= pending && attempt.moot && attempt.stage == Stage::Pooled)
            .map(|(nonce, _)| nonce)
            .collect();
        for nonce in gone {
            if let Some(attempt) = self.attempts.release(nonce)
                && let (Some(tx), Some(_)) = (&attempt.tx, attempt.message)
            {
                abandon(tx, "not needed any more", out);
            }
        }
    }

    /// Has the transactions sent again that are overdue.
    fn resend_overdue(&mut self, latest: u64) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        for (_, attempt) in self.attempts.iter_mut().filter(|(nonce, _)| *nonce >= latest) {
            let overdue = attempt.suspect || attempt.since.saturating_add(patience) <= head;
            if attempt.stage == Stage::Pooled && overdue && !attempt.moot {
                attempt.stage = Stage::Unsent;
                attempt.suspect = false;
            }
        }
    }
}
