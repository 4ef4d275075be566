use crate::{
    ConnectError, ConnectOptions, Endpoint,
    pace::Pace,
    transport::{Guard, HttpBatch, HttpTransport, LazyWebSocket, OneConnection, Policy, overload},
};
use alloy::{
    providers::{DynProvider, Provider, RootProvider},
    rpc::{
        client::{BatchRequest, RpcClient},
        json_rpc::{RpcRecv, RpcSend},
    },
    transports::TransportResult,
};
use futures::future::try_join_all;
use std::{sync::Arc, time::Duration};

/// How often parts of a batch are refused in a row, since they are too much at once, until that is the answer.
const MAX_REFUSALS: u32 = 8;
/// The deadline of a single question that every node answers from memory, where a missed answer has to be noticed soon.
const PROMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// A way to a node.
#[derive(Clone)]
pub(crate) struct Connection {
    /// For single requests.
    pub(crate) provider: DynProvider,
    /// For much at once, over the same connections; not over a WebSocket.
    batch: Option<HttpBatch>,
    pace: Arc<Pace>,
}

impl Connection {
    /// For one who asks, and tries again what fails.
    pub(crate) fn new(endpoint: &Endpoint, options: &ConnectOptions) -> Result<Self, ConnectError> {
        Self::with(endpoint, options, None)
    }

    /// The same for one who has to hear of the first answer that is missed: whoever follows a chain tries again himself, and
    /// what is known of the chain ages meanwhile.
    pub(crate) fn alert(endpoint: &Endpoint, options: &ConnectOptions) -> Result<Self, ConnectError> {
        Self::with(endpoint, options, Some(PROMPT_TIMEOUT))
    }

    fn with(
        endpoint: &Endpoint,
        options: &ConnectOptions,
        prompt_timeout: Option<Duration>,
    ) -> Result<Self, ConnectError> {
        let policy = Arc::new(Policy {
            endpoint: endpoint.clone(),
            request_timeout: options.request_timeout,
            prompt_timeout,
            read_retries: options.read_retries,
            first_backoff: options.first_backoff,
            max_backoff: options.max_backoff,
        });
        let is_local = endpoint.is_loopback();
        let (client, batch) = if endpoint.is_websocket() {
            let socket = LazyWebSocket::new(OneConnection::new(endpoint, options.connect_timeout));
            (RpcClient::new(Guard::new(socket, policy), is_local), None)
        } else {
            let http = HttpTransport::new(endpoint.clone(), options.connect_timeout)
                .map_err(|reason| ConnectError::Client { endpoint: endpoint.clone(), reason })?;
            let batch = HttpBatch::new(http.clone(), Arc::clone(&policy));
            (RpcClient::new(Guard::new(http, policy), is_local), Some(batch))
        };
        Ok(Self { provider: RootProvider::new(client).erased(), batch, pace: Arc::clone(endpoint.pace()) })
    }

    /// One result of the method for each of the parameters, asked for at once, or at the pace that the node allows; `None`
    /// where the node has none. An error of one is that of all.
    pub(crate) async fn ask<P: RpcSend + 'static, T: RpcRecv>(
        &self,
        method: &'static str,
        params: &[P],
    ) -> TransportResult<Vec<Option<T>>> {
        let (mut results, mut left, mut refusals) = (Vec::new(), params, 0);
        while !left.is_empty() {
            let size = self.pace.at_once().map_or(left.len(), |most| most.min(left.len()));
            let (now, later) = left.split_at(size);
            match self.ask_at_once(method, now).await {
                Ok(found) if results.is_empty() && later.is_empty() => return Ok(found),
                Ok(found) => {
                    results.extend(found);
                    (left, refusals) = (later, 0);
                }
                // The pace is another now.
                Err(error) if size > 1 && refusals < MAX_REFUSALS && overload(&error).is_some() => {
                    refusals += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(results)
    }

    async fn ask_at_once<P: RpcSend + 'static, T: RpcRecv>(
        &self,
        method: &'static str,
        params: &[P],
    ) -> TransportResult<Vec<Option<T>>> {
        let client = self.provider.client();
        if let [params] = params {
            return Ok(vec![client.request(method, params.clone()).await?]);
        }
        if let Some(batch) = &self.batch {
            return batch.ask(method, params).await;
        }
        let mut batch = BatchRequest::new(client);
        let answers: Vec<_> =
            params.iter().map(|params| batch.add_call(method, params)).collect::<TransportResult<_>>()?;
        batch.send().await?;
        try_join_all(answers).await
    }
}
