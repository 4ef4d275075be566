/// The error codes of admission JSON-RPC.
///
/// Clients act on the code alone: [`RpcCode::disposition`] says how. They come from the "Supervisor" page that the
/// specs had until April 2026; `FailsafeEnabled` is the deployed reference's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RpcCode {
    /// The chain's database has no data to answer from yet.
    UninitializedChainDatabase,
    /// Data was skipped: the block is below what the database holds.
    SkippedData,
    /// The chain is not in the dependency set.
    UnknownChain,
    /// The canonical chain holds other data than was claimed.
    ConflictingData,
    /// The data changes nothing.
    IneffectiveData,
    /// The failsafe is on: every check is refused.
    FailsafeEnabled,
    /// Data arrived out of order.
    DataOutOfOrder,
    /// The block was invalidated and its replacement is not there yet.
    AwaitingReplacementBlock,
    /// An iteration ended.
    IterStop,
    /// The request is outside the range that gets answered.
    OutOfScope,
    /// The first block in the database has no parent there.
    NoParentOfFirstBlock,
    /// The data is not there yet.
    FutureData,
    /// Data is missing that should be there.
    MissedData,
    /// The database contradicts itself.
    DataCorruption,
    /// Anything else: malformed entries, an unsupported level.
    InvalidParams,
}

/// What a client does with a transaction when a check of its messages fails with some code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Keep the transaction and ask again later.
    Retry,
    /// Stop admitting messages altogether.
    Stop,
    /// Evict the transaction for good.
    Evict,
}

impl RpcCode {
    /// All codes.
    pub const ALL: [Self; 15] = [
        Self::UninitializedChainDatabase,
        Self::SkippedData,
        Self::UnknownChain,
        Self::ConflictingData,
        Self::IneffectiveData,
        Self::FailsafeEnabled,
        Self::DataOutOfOrder,
        Self::AwaitingReplacementBlock,
        Self::IterStop,
        Self::OutOfScope,
        Self::NoParentOfFirstBlock,
        Self::FutureData,
        Self::MissedData,
        Self::DataCorruption,
        Self::InvalidParams,
    ];

    /// Returns the number on the wire.
    pub const fn value(self) -> i32 {
        match self {
            Self::UninitializedChainDatabase => -320400,
            Self::SkippedData => -320500,
            Self::UnknownChain => -320501,
            Self::ConflictingData => -320600,
            Self::IneffectiveData => -320601,
            Self::FailsafeEnabled => -320602,
            Self::DataOutOfOrder => -320900,
            Self::AwaitingReplacementBlock => -320901,
            Self::IterStop => -321000,
            Self::OutOfScope => -321100,
            Self::NoParentOfFirstBlock => -321200,
            Self::FutureData => -321401,
            Self::MissedData => -321500,
            Self::DataCorruption => -321501,
            Self::InvalidParams => -32602,
        }
    }

    /// Returns the message that goes with the code.
    pub const fn message(self) -> &'static str {
        match self {
            Self::UninitializedChainDatabase => "uninitialized chain database",
            Self::SkippedData => "skipped data",
            Self::UnknownChain => "unknown chain",
            Self::ConflictingData => "conflicting data",
            Self::IneffectiveData => "ineffective data",
            Self::FailsafeEnabled => "failsafe is enabled, rejecting all CheckAccessList requests",
            Self::DataOutOfOrder => "data out of order",
            Self::AwaitingReplacementBlock => "awaiting replacement block",
            Self::IterStop => "iter stop",
            Self::OutOfScope => "out of scope",
            Self::NoParentOfFirstBlock => "cannot get parent of first block in the database",
            Self::FutureData => "future data",
            Self::MissedData => "missed data",
            Self::DataCorruption => "data corruption",
            Self::InvalidParams => "invalid params",
        }
    }

    /// Returns the code with this number.
    pub fn from_value(value: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.value() == value)
    }

    /// Returns what clients do on this code.
    ///
    /// Only two codes make them retry, so nothing else may be answered for what is merely unknown.
    pub const fn disposition(self) -> Disposition {
        match self {
            Self::UninitializedChainDatabase | Self::FutureData => Disposition::Retry,
            Self::FailsafeEnabled => Disposition::Stop,
            Self::SkippedData
            | Self::UnknownChain
            | Self::ConflictingData
            | Self::IneffectiveData
            | Self::DataOutOfOrder
            | Self::AwaitingReplacementBlock
            | Self::IterStop
            | Self::OutOfScope
            | Self::NoParentOfFirstBlock
            | Self::MissedData
            | Self::DataCorruption
            | Self::InvalidParams => Disposition::Evict,
        }
    }
}
