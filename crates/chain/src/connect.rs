use crate::{Endpoint, connection::Connection};
use alloy::providers::{DynProvider, Provider};
use std::time::Duration;

/// How patient a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// The deadline of one attempt at one request; a node that takes longer counts as stalled.
    pub request_timeout: Duration,
    /// The deadline for opening a connection.
    pub connect_timeout: Duration,
    /// How often an idempotent read is repeated after a transient fault. Nothing else is ever repeated.
    pub read_retries: u32,
    /// The wait before the first repetition; it doubles each time.
    pub first_backoff: Duration,
    /// The longest wait between two repetitions.
    pub max_backoff: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            read_retries: 3,
            first_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
        }
    }
}

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

/// Makes a provider for `endpoint`. Nothing is sent yet: a WebSocket opens with the first request, and opens again
/// with the first request after it was lost.
///
/// Every request has a deadline; idempotent reads (see [`is_idempotent_read`](crate::is_idempotent_read)) are
/// repeated after transient faults; errors hold no part of the URL that could be a credential. Must be called
/// within a tokio runtime when requests are to be sent over it. The provider has no fillers and no wallet, and
/// cannot subscribe: new heads are the [`Follower`](crate::Follower)'s business.
pub fn connect(endpoint: &Endpoint, options: &ConnectOptions) -> Result<DynProvider, ConnectError> {
    Connection::new(endpoint, options).map(|connection| connection.provider)
}

/// Checks that the node behind `provider` serves the chain `expected`.
pub async fn verify_chain_id(provider: &impl Provider, expected: u64) -> Result<(), ConnectError> {
    match provider.get_chain_id().await {
        Ok(actual) if actual == expected => Ok(()),
        Ok(actual) => Err(ConnectError::WrongChain { expected, actual }),
        Err(error) => Err(ConnectError::Unreachable { reason: error.to_string() }),
    }
}
