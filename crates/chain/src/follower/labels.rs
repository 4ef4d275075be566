use crate::BlockRef;
use std::time::Duration;
use tokio::time::Instant;

/// What is known about the node's labels.
#[derive(Debug, Default)]
pub(super) struct Labels {
    safe: Option<BlockRef>,
    finalized: Option<BlockRef>,
    /// When they were asked for, and our tip at that time.
    asked: Option<(Instant, Option<BlockRef>)>,
}

impl Labels {
    /// When to ask for them since the head has moved; `None` when it has not.
    pub(super) fn due(&self, tip: Option<BlockRef>, interval: Duration) -> Option<Instant> {
        self.asked.filter(|(_, asked_at)| *asked_at != tip).map(|(at, _)| at + interval)
    }

    /// Notes that they are asked for now; false where that was done just before.
    pub(super) fn ask(&mut self, tip: Option<BlockRef>, interval: Duration) -> bool {
        let now = Instant::now();
        if self.asked.is_some_and(|(at, _)| now < at + interval) {
            return false;
        }
        self.asked = Some((now, tip));
        true
    }

    /// Takes in what the node says, and whether that is new.
    pub(super) fn learn(&mut self, safe: Option<BlockRef>, finalized: Option<BlockRef>) -> bool {
        let is_new = (safe, finalized) != (self.safe, self.finalized);
        (self.safe, self.finalized) = (safe, finalized);
        is_new
    }
}
