use crate::{ConnectError, ConnectOptions, Endpoint, connection::Connection};
use alloy::providers::{DynProvider, Provider};

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
