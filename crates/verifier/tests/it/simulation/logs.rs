use crate::chain::Log;
use alloy_primitives::B256;
use causeway_interop::msg_hash;
use std::sync::{Arc, OnceLock};

/// A log with the hash of its payload, once somebody asks: in a debug build, hashing takes most of the time.
#[derive(Debug)]
pub(super) struct Hashed {
    pub(super) log: Log,
    msg_hash: OnceLock<B256>,
}

impl Hashed {
    pub(super) fn new(log: Log) -> Arc<Self> {
        Arc::new(Self { log, msg_hash: OnceLock::new() })
    }

    pub(super) fn msg_hash(&self) -> B256 {
        *self.msg_hash.get_or_init(|| msg_hash(&self.log.topics, &self.log.data))
    }
}
