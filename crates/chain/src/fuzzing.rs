//! The decoders of what nodes answer, for the fuzz targets. No part of the API: it changes without notice.

use crate::{
    BlockLogs, BlockRef,
    node::{self, Header},
    receipt::{self, Receipt},
};
use alloy::primitives::B256;

/// Reads a header as one of a node that is trusted.
pub fn header(text: &str) -> Option<BlockRef> {
    serde_json::from_str::<Header>(text).ok().map(|header| header.block())
}

/// Reads a header and recomputes its hash, as one of a node that is not trusted.
pub fn proven_header(text: &str) -> Option<BlockRef> {
    Header::prove(text).ok().map(|header| header.block())
}

/// Reads the receipts of a block and computes their root.
pub fn receipts_root(text: &str) -> Option<B256> {
    serde_json::from_str::<Vec<Receipt>>(text).ok().map(|receipts| receipt::receipts_root(&receipts))
}

/// Reads the receipts of a block and takes the logs out of them.
pub fn logs(block: BlockRef, text: &str) -> Option<BlockLogs> {
    node::entries(block, serde_json::from_str(text).ok()?).ok()
}
