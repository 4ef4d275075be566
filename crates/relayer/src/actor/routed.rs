use alloy::primitives::B256;
use tokio::sync::oneshot;

use crate::engine::{Message, Prospect};

/// What a chain's actor is told by others' and by whoever is in charge.
#[derive(Debug)]
pub(crate) enum Routed {
    /// Messages to that chain stand on this one.
    Seen(Vec<Message>),
    /// One stands there no more.
    Orphaned(B256),
    /// Somebody knows of something on this chain that may be new.
    Look,
    /// Somebody wants it tried now.
    Retry(Message),
    /// Somebody wants no more done for it.
    Skipped(B256),
    /// The source's blocks up to this one are as safe as they have to be.
    Settled { source: u64, up_to: Option<u64> },
    /// A new lane wants to know how safe the blocks of this chain are.
    Unsettled,
    /// Somebody wants to know what it waits for.
    Asked(B256, oneshot::Sender<Prospect>),
}
