//! What happens to the destination as a whole: ticks, reorgs, outages.

use super::Lane;
use crate::engine::{
    attempt::{Slot, Stage},
    budget::Budget,
};

impl Lane {
    pub(super) fn tick(&mut self) {
        self.guards.tick();
        if !self.clock.tick() {
            return;
        }
        self.holds.beat();
        self.paused = false;
        for (_, account) in self.fleet.iter_mut() {
            account.retry();
        }
        self.wake_nappers();
        self.check_overdue();
    }

    pub(super) fn reorged(&mut self, ancestor: u64) {
        self.head = ancestor;
        // How late it is, the next block says.
        self.now = 0;
        self.dear = false;
        self.budget.reorg(ancestor);
        self.news.clear();
        self.forget_nonces();
        self.close_inquests(Some(ancestor));
        // Block numbers that somebody waits for mean nothing any more.
        self.wake_sleepers(u64::MAX);
        self.resend_all();
    }

    /// The blocks above this one are no more, or none is: what transactions did not deliver there means nothing.
    fn close_inquests(&mut self, ancestor: Option<u64>) {
        let mut void = Vec::new();
        for (account, of) in self.fleet.iter() {
            let gone = of.inquests.iter().filter(|(_, inquest)| ancestor < Some(inquest.block_number));
            void.extend(gone.map(|(nonce, _)| Slot { account, nonce: *nonce }));
        }
        for slot in void {
            self.close_inquest(slot);
        }
    }

    pub(super) fn reset(&mut self) {
        let mut gone = Vec::new();
        for (_, account) in self.fleet.iter_mut() {
            gone.extend(account.attempts.clear());
        }
        for attempt in gone {
            self.let_go(&attempt);
        }
        self.close_inquests(None);
        self.spent.clear();
        self.trust.clear();
        self.budget = Budget::default();
        self.release_all();
        self.reorged(0);
    }

    pub(super) fn caught_up(&mut self) {
        if self.online {
            return;
        }
        (self.online, self.paused, self.closed) = (true, false, false);
        self.clock.reset();
        self.forget_nonces();
        // A node that was away may have lost its pool.
        self.resend_all();
    }

    fn forget_nonces(&mut self) {
        let head = self.head;
        for (_, account) in self.fleet.iter_mut() {
            account.forget(head);
        }
    }

    /// Has everything sent again that the node may have dropped.
    pub(super) fn resend_all(&mut self) {
        let head = self.head;
        let there = self.fleet.attempts();
        let there = there.filter(|(_, attempt)| matches!(attempt.stage, Stage::Pooled | Stage::Checking));
        let there: Vec<(Slot, bool)> = there.map(|(slot, attempt)| (slot, self.is_wanted(attempt))).collect();
        for (slot, is_wanted) in there {
            let Some(attempt) = self.fleet.get_mut(slot) else { continue };
            if is_wanted {
                attempt.stage = Stage::Unsent;
            } else {
                attempt.stage = Stage::Pooled;
                attempt.suspect = true;
                attempt.since = head;
            }
        }
    }
}
