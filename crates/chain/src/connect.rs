use crate::{ConnectError, ConnectOptions, Endpoints, connection::Connection, pool::Pool};
use alloy::{
    providers::{DynProvider, Provider, RootProvider},
    rpc::client::RpcClient,
};

/// Makes a provider for a node, or for several nodes of one chain. Nothing is sent yet: a WebSocket opens with the first request, and opens again
/// with the first request after it was lost.
///
/// Every request has a deadline; idempotent reads (see [`is_idempotent_read`](crate::is_idempotent_read)) are
/// repeated after transient faults; errors hold no part of the URL that could be a credential. Must be called
/// within a tokio runtime when requests are to be sent over it. The provider has no fillers and no wallet, and
/// cannot subscribe: new heads are the [`Follower`](crate::Follower)'s business.
///
/// Of several nodes one is asked first, the same one until it fails or lags ([`PoolOptions`](crate::PoolOptions)).
/// A read goes to the next node when one fails, and also when one takes long; the first answer counts, and an answer is
/// also an error that the node gave on purpose. What names the hash of its block may be answered by any node that has it,
/// everything else only by one whose head is not behind. A signed transaction goes to all nodes at once: it is taken if
/// any of them takes it, and refused only if each that was asked refuses it and none that cannot be asked may have it from
/// before. Anything else is asked of one node, once.
pub fn connect<E>(endpoints: &E, options: &ConnectOptions) -> Result<DynProvider, ConnectError>
where
    for<'a> &'a E: Into<Endpoints>,
{
    let endpoints = endpoints.into();
    if let Some(endpoint) = endpoints.single() {
        return Connection::new(endpoint, options).map(|connection| connection.provider);
    }
    let client = RpcClient::new(Pool::new(&endpoints, options)?, endpoints.is_loopback());
    Ok(RootProvider::new(client).erased())
}

/// Checks that the node behind `provider` serves the chain `expected`.
pub async fn verify_chain_id(provider: &impl Provider, expected: u64) -> Result<(), ConnectError> {
    match provider.get_chain_id().await {
        Ok(actual) if actual == expected => Ok(()),
        Ok(actual) => Err(ConnectError::WrongChain { expected, actual }),
        Err(error) => Err(ConnectError::Unreachable { reason: error.to_string() }),
    }
}
