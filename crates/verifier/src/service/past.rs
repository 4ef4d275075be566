use super::pause::Pause;
use crate::Header;
use causeway_chain::{BackfillEvent, BackfillHandle};
use std::sync::Arc;
use tokio::time::Instant;

/// The fetching of what is older than the oldest block known.
#[derive(Default)]
pub(super) struct Past {
    pub(super) handle: Option<BackfillHandle>,
    /// When to try again, after it was given up.
    pub(super) again_at: Option<Instant>,
    pub(super) pause: Pause,
    /// What is wrong with the past that the node tells, if anything is.
    pub(super) trouble: Option<Arc<str>>,
    /// The oldest block that is known, and the second before which none can be executed any more.
    pub(super) lowest: Option<Header>,
    pub(super) executable: u64,
}

impl Past {
    /// What the backfill tells next, `None` when it has ended; for ever nothing when there is none.
    pub(super) async fn next(&mut self) -> Option<BackfillEvent> {
        match &mut self.handle {
            Some(handle) => handle.recv().await,
            None => std::future::pending().await,
        }
    }
}
