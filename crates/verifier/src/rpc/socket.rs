//! JSON-RPC in the messages of a WebSocket.

use super::{caller::Caller, connection::Connection, gate::Special, subscriptions::Subscriptions};
use bytes::Bytes;
use futures::{SinkExt, StreamExt, stream::FuturesUnordered};
use http_body_util::BodyExt;
use hyper::upgrade::Upgraded;
use hyper_tungstenite::{
    HyperWebsocket, WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::{
    task::yield_now,
    time::{Instant, interval_at, timeout},
};

/// Calls that are worked on at once. Further messages are not read until these are answered, so they wait with the peer.
const IN_FLIGHT: usize = 64;
/// How often the peer is asked for a sign of life; without one until the next time it is left.
const PING: Duration = Duration::from_secs(30);
/// How long the peer may take to read an answer.
const SEND: Duration = Duration::from_secs(30);

/// A WebSocket on its server's side.
pub(super) struct Socket {
    connection: Connection,
    caller: Caller,
    stream: WebSocketStream<TokioIo<Upgraded>>,
    subscriptions: Subscriptions,
}

/// What a WebSocket may send.
pub(super) fn config(max_message: u32) -> WebSocketConfig {
    let max = Some(max_message as usize);
    WebSocketConfig::default().max_message_size(max).max_frame_size(max)
}

impl Socket {
    /// Serves a WebSocket until one side closes it.
    pub(super) async fn serve(socket: HyperWebsocket, connection: Connection, caller: Caller) {
        let ended = match socket.await {
            Ok(stream) => {
                let subscriptions = Subscriptions::new(connection.shared.config.max_subscriptions);
                Self { connection, caller, stream, subscriptions }.run().await
            }
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => {}
            Err(error) => tracing::debug!(%error, "a WebSocket ended early"),
        }
    }

    async fn run(mut self) -> Result<(), Error> {
        let stop = self.connection.stop.clone();
        let mut calls = FuturesUnordered::new();
        let mut pings = interval_at(Instant::now() + PING, PING);
        let mut heard = true;
        let frame = loop {
            // Answers go first: nothing is read from whom does not read, and who subscribed hears so before anything else.
            tokio::select! {
                biased;
                () = stop.cancelled() => break None,
                Some(answer) = calls.next() => {
                    self.answer(answer).await?;
                    // There is always a next message of whom floods; others come in between.
                    yield_now().await;
                }
                notification = self.subscriptions.next() => self.answer(json(&notification)).await?,
                _ = pings.tick() => {
                    if !std::mem::take(&mut heard) {
                        return Ok(());
                    }
                    self.send(Message::Ping(Bytes::new())).await?;
                }
                message = self.stream.next(), if calls.len() < IN_FLIGHT => {
                    heard = true;
                    match message {
                        Some(Ok(Message::Text(text))) => calls.push(self.call(text.into())),
                        Some(Ok(Message::Binary(bytes))) => calls.push(self.call(bytes)),
                        Some(Ok(_)) => {}
                        Some(Err(Error::Capacity(error))) => break Some(too_large(&error)),
                        Some(Err(error)) => return Err(error),
                        None => return Ok(()),
                    }
                }
            }
        };
        while let Some(answer) = calls.next().await {
            self.answer(answer).await?;
        }
        self.stream.close(frame).await
    }

    /// What a message is answered with, if it asks for an answer.
    fn call(&self, message: Bytes) -> impl Future<Output = Option<Utf8Bytes>> + use<> {
        let (connection, caller) = (self.connection.clone(), self.caller);
        let subscriptions = self.subscriptions.clone();
        async move {
            let answer = connection.dispatch(message, caller, subscriptions).await;
            if let Some(Special::NoContent) = answer.extensions().get() {
                return None;
            }
            let body = answer.into_body().collect().await.ok()?;
            Utf8Bytes::try_from(body.to_bytes()).ok()
        }
    }

    async fn answer(&mut self, answer: Option<Utf8Bytes>) -> Result<(), Error> {
        match answer {
            Some(answer) => self.send(Message::Text(answer)).await,
            None => Ok(()),
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Error> {
        match timeout(SEND, self.stream.send(message)).await {
            Ok(sent) => sent,
            Err(_) => Err(Error::Io(std::io::ErrorKind::TimedOut.into())),
        }
    }
}

fn json(value: &impl serde::Serialize) -> Option<Utf8Bytes> {
    serde_json::to_string(value).ok().map(Into::into)
}

fn too_large(error: &impl ToString) -> CloseFrame {
    CloseFrame { code: CloseCode::Size, reason: error.to_string().into() }
}
