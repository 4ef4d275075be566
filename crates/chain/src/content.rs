use alloy::primitives::{Address, B256};

/// What the blocks of a chain are read with, and how much of it is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Some of the logs. That none is missing is proven, since an index of logs that lags answers `eth_getLogs` with
    /// too few of them: the bloom filter of the header, whose hash is recomputed, says whether the block may hold any, and
    /// if it may, they are taken out of the receipts, which are proven: those of `eth_getBlockReceipts`, or of each
    /// transaction. Where these cannot be had or proven (a node without both methods, a type of transaction that is not
    /// known here), all logs of the block have to give its bloom filter, which is told by a warning. Beyond that the node is
    /// believed.
    Logs {
        /// Only logs of these contracts; empty for all contracts.
        addresses: Vec<Address>,
        /// Only logs with one of these first topics; empty for all events.
        topics: Vec<B256>,
    },
    /// All logs of every block, from its receipts: by `eth_getBlockReceipts`, or one by one where the node does not have
    /// that. The receipts of a block whose header has an empty bloom filter are not asked for: it has no logs.
    Receipts {
        /// Whether to believe the node. Otherwise the hash of every header is recomputed from its fields, and its
        /// receipts root from the receipts, so that logs cannot be forged, left out or moved without another block
        /// hash. (The hash of the transaction that emitted a log is not covered: no receipts root holds it.)
        trusted: bool,
    },
}

impl Default for Content {
    /// Every log, see [`Content::Logs`].
    fn default() -> Self {
        Self::Logs { addresses: Vec::new(), topics: Vec::new() }
    }
}
