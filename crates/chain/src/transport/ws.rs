use alloy::{
    pubsub::{ConnectionHandle, PubSubConnect, PubSubFrontend},
    rpc::json_rpc::{RequestPacket, ResponsePacket},
    transports::{
        TransportError, TransportErrorKind, TransportFut, TransportResult,
        ws::{WebSocketConfig, WsConnect},
    },
};
use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{sync::Mutex, time::timeout};
use tower::Service;

use super::MAX_ANSWER;
use crate::{Endpoint, RequestTimeout};

/// An unanswered ping closes the connection after this time, so that a dead peer is noticed.
const KEEPALIVE: Duration = Duration::from_secs(5);

/// A WebSocket that is never reconnected behind our back.
///
/// alloy's service would reconnect by itself and send all pending requests again, transactions included. Here the
/// service ends with its connection; who wants another one asks for it.
#[derive(Clone)]
pub(crate) struct OneConnection {
    target: WsConnect,
    connect_timeout: Duration,
}

impl OneConnection {
    pub(crate) fn new(endpoint: &Endpoint, connect_timeout: Duration) -> Self {
        let limits =
            WebSocketConfig::default().max_message_size(Some(MAX_ANSWER)).max_frame_size(Some(MAX_ANSWER));
        let target = WsConnect::new(endpoint.expose())
            .with_auth_opt(endpoint.authorization())
            .with_config(limits)
            .with_keepalive_interval(KEEPALIVE);
        Self { target, connect_timeout }
    }
}

impl PubSubConnect for OneConnection {
    fn is_local(&self) -> bool {
        self.target.is_local()
    }

    async fn connect(&self) -> TransportResult<ConnectionHandle> {
        timeout(self.connect_timeout, self.target.connect())
            .await
            .unwrap_or_else(|_| Err(RequestTimeout { after: self.connect_timeout }.into()))
    }

    async fn try_reconnect(&self) -> TransportResult<ConnectionHandle> {
        Err(TransportErrorKind::non_retryable_str("the connection is not renewed"))
    }
}

/// Requests over a WebSocket that is opened at the first request, and again at the first after a loss.
#[derive(Clone)]
pub(crate) struct LazyWebSocket {
    connector: OneConnection,
    current: Arc<Mutex<Option<PubSubFrontend>>>,
}

impl LazyWebSocket {
    pub(crate) fn new(connector: OneConnection) -> Self {
        Self { connector, current: Arc::default() }
    }

    /// The open connection, or a new one. Callers that arrive meanwhile wait for the same one.
    async fn frontend(&self) -> TransportResult<PubSubFrontend> {
        let mut current = self.current.lock().await;
        if let Some(frontend) = &mut *current
            && poll_fn(|cx| frontend.poll_ready(cx)).await.is_ok()
        {
            return Ok(frontend.clone());
        }
        let frontend = self.connector.clone().into_service().await?;
        *current = Some(frontend.clone());
        Ok(frontend)
    }
}

impl Service<RequestPacket> for LazyWebSocket {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { this.frontend().await?.send_packet(request).await })
    }
}
