use crate::{SeenDelivery, SeenMessage};
use causeway_chain::BlockRef;

/// A block with what it says about messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenBlock {
    /// The block.
    pub block: BlockRef,
    /// The messages that it initiates.
    pub messages: Vec<SeenMessage>,
    /// The messages that it delivers.
    pub deliveries: Vec<SeenDelivery>,
}
