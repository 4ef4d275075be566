use crate::IndexError;
use causeway_chain::ConnectError;

/// Why a verifier could not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A node was named for a chain outside of the dependency set.
    #[error("chain {chain_id} is not in the dependency set")]
    UnknownChain {
        /// The chain.
        chain_id: u64,
    },
    /// Two nodes were named for one chain.
    #[error("two nodes are named for chain {chain_id}")]
    TwoNodes {
        /// The chain.
        chain_id: u64,
    },
    /// There is no client for a node.
    #[error(transparent)]
    Client(#[from] ConnectError),
    /// The index could not be opened, read or written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A task of the verifier was aborted or panicked.
    #[error("a task of the verifier ended abnormally: {reason}")]
    Aborted {
        /// What the runtime says.
        reason: String,
    },
}
