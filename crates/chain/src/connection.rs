use crate::{
    ConnectError, ConnectOptions, Endpoint,
    board::Report,
    pace::Pace,
    transport::{
        Guard, HttpBatch, HttpTransport, LazyWebSocket, OVERLOAD_RETRIES, OneConnection, Policy, overload,
    },
};
use alloy::{
    providers::{DynProvider, Provider, RootProvider},
    rpc::{
        client::{BatchRequest, RpcClient},
        json_rpc::{RpcRecv, RpcSend},
    },
    transports::{BoxTransport, TransportResult},
};
use futures::future::try_join_all;
use std::{sync::Arc, time::Duration};

/// How often parts of a batch are refused in a row, since they are too much at once, until that is the answer.
const MAX_REFUSALS: u32 = 8;
/// The deadline of a single question that every node answers from memory, where a missed answer has to be noticed soon.
const PROMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// One of several ways to a chain: it tries each request once, and tells how the node did.
pub(crate) fn member(
    endpoint: &Endpoint,
    options: &ConnectOptions,
    report: Report,
) -> Result<BoxTransport, ConnectError> {
    let connect_timeout = options.connect_timeout;
    let policy =
        Policy { read_retries: 0, overload_retries: 0, report: Some(report), ..policy(endpoint, options) };
    Ok(if endpoint.is_websocket() {
        let socket = LazyWebSocket::new(OneConnection::new(endpoint, connect_timeout));
        BoxTransport::new(Guard::new(socket, Arc::new(policy)))
    } else {
        BoxTransport::new(Guard::new(http(endpoint, connect_timeout)?, Arc::new(policy)))
    })
}

fn policy(endpoint: &Endpoint, options: &ConnectOptions) -> Policy {
    Policy {
        endpoint: endpoint.clone(),
        request_timeout: options.request_timeout,
        prompt_timeout: None,
        read_retries: options.read_retries,
        overload_retries: OVERLOAD_RETRIES,
        first_backoff: options.first_backoff,
        max_backoff: options.max_backoff,
        report: None,
    }
}

fn http(endpoint: &Endpoint, connect_timeout: Duration) -> Result<HttpTransport, ConnectError> {
    HttpTransport::new(endpoint.clone(), connect_timeout)
        .map_err(|reason| ConnectError::Client { endpoint: endpoint.clone(), reason })
}

/// A way to a node.
#[derive(Clone)]
pub(crate) struct Connection {
    /// For single requests.
    pub(crate) provider: DynProvider,
    /// For much at once, over the same connections; not over a WebSocket.
    batch: Option<HttpBatch>,
    pace: Arc<Pace>,
    /// How often parts of a batch may be refused in a row.
    max_refusals: u32,
}

impl Connection {
    /// For one who asks, and tries again what fails.
    pub(crate) fn new(endpoint: &Endpoint, options: &ConnectOptions) -> Result<Self, ConnectError> {
        Self::with(endpoint, policy(endpoint, options), options.connect_timeout)
    }

    /// The same for one who has to hear of the first answer that is missed: whoever follows a chain tries again himself, and
    /// what is known of the chain ages meanwhile. Where there are other nodes, it is reported how this one does.
    pub(crate) fn alert(
        endpoint: &Endpoint,
        options: &ConnectOptions,
        report: Option<Report>,
    ) -> Result<Self, ConnectError> {
        // While it refuses, another may answer.
        let overload_retries = if report.is_some() { 0 } else { OVERLOAD_RETRIES };
        let prompt_timeout = Some(PROMPT_TIMEOUT);
        let policy = Policy { prompt_timeout, report, overload_retries, ..policy(endpoint, options) };
        Self::with(endpoint, policy, options.connect_timeout)
    }

    fn with(endpoint: &Endpoint, policy: Policy, connect_timeout: Duration) -> Result<Self, ConnectError> {
        let max_refusals = if policy.report.is_some() { 0 } else { MAX_REFUSALS };
        let (policy, is_local) = (Arc::new(policy), endpoint.is_loopback());
        let (client, batch) = if endpoint.is_websocket() {
            let socket = LazyWebSocket::new(OneConnection::new(endpoint, connect_timeout));
            (RpcClient::new(Guard::new(socket, policy), is_local), None)
        } else {
            let http = http(endpoint, connect_timeout)?;
            let batch = HttpBatch::new(http.clone(), Arc::clone(&policy));
            (RpcClient::new(Guard::new(http, policy), is_local), Some(batch))
        };
        let (provider, pace) = (RootProvider::new(client).erased(), Arc::clone(endpoint.pace()));
        Ok(Self { provider, batch, pace, max_refusals })
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
                Err(error) if size > 1 && refusals < self.max_refusals && overload(&error).is_some() => {
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
