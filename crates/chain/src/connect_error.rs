use crate::Endpoint;

/// Why there is no connection to the chain that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The HTTP client could not be made, for want of TLS roots for instance.
    #[error("cannot make a client for {endpoint}: {reason}")]
    Client {
        /// The endpoint, redacted when printed.
        endpoint: Endpoint,
        /// What went wrong.
        reason: String,
    },
    /// The node did not tell its chain id.
    #[error("cannot ask the node for its chain id: {reason}")]
    Unreachable {
        /// What went wrong, without secrets.
        reason: String,
    },
    /// The node serves another chain.
    #[error("wrong chain: expected chain id {expected}, the node says {actual}")]
    WrongChain {
        /// The chain that was asked for.
        expected: u64,
        /// The chain that the node serves.
        actual: u64,
    },
}
