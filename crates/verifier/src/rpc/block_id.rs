use crate::Header;
use alloy_primitives::B256;
use serde::Serialize;

/// A block by hash and number, as the reference writes it; a missing one is all zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct BlockId {
    hash: B256,
    number: u64,
}

/// A block with its parent and time, as the reference writes it; a missing one is all zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BlockRef {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
}

/// An L2 block and the L1 block that it was derived from. L1 is not followed here, so that one is all zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct DerivedBlock {
    source: BlockId,
    derived: BlockId,
}

impl BlockId {
    pub(super) fn of(header: Option<&Header>) -> Self {
        header.map_or_else(Self::default, |header| Self { hash: header.hash, number: header.number })
    }
}

impl BlockRef {
    pub(super) fn of(header: Option<&Header>) -> Self {
        header.map_or_else(Self::default, |header| {
            let Header { number, hash, parent_hash, timestamp } = *header;
            Self { hash, number, parent_hash, timestamp }
        })
    }
}

impl DerivedBlock {
    pub(super) fn of(header: Option<&Header>) -> Self {
        Self { source: BlockId::default(), derived: BlockId::of(header) }
    }
}
