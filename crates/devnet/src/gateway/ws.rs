use super::{
    handler::{Course, Handler},
    http::MAX_BODY,
    upstream::UpstreamError,
};
use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use futures::{SinkExt, StreamExt};
use std::{future::pending, sync::Arc, time::Duration};
use tokio::{net::TcpStream, sync::mpsc, task::JoinSet, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Message as NodeMessage,
        protocol::{CloseFrame as NodeCloseFrame, WebSocketConfig},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The node reads no larger frame; a larger message reaches it over HTTP.
const NODE_FRAME: usize = 15 << 20;
/// How many answers may wait for a client that does not read.
const ANSWERS: usize = 64;
/// How many messages of a connection may be under way over HTTP.
const DETOURS: usize = 64;
/// How long a side may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

type NodeSocket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Accepts a WebSocket and gives it a socket of its own to the node.
pub(super) fn accept(
    upgrade: WebSocketUpgrade,
    handler: Arc<Handler>,
    stop: CancellationToken,
    tasks: &TaskTracker,
) -> Response {
    let tasks = tasks.clone();
    upgrade.max_message_size(MAX_BODY).max_frame_size(MAX_BODY).on_upgrade(async move |client| {
        // Tracked, so that the end of the devnet waits for the goodbyes.
        let _ = tasks.spawn(run(client, handler, stop)).await;
    })
}

async fn run(mut client: WebSocket, handler: Arc<Handler>, stop: CancellationToken) {
    // The node's messages may be of any size; it is up to the client what it asks for.
    let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
    let goodbye = match connect_async_with_config(handler.node.ws_url(), Some(config), true).await {
        Ok((mut node, _)) => {
            let goodbye = pump(&mut client, &mut node, &handler, &stop).await;
            let frame = goodbye.as_ref().map(|(code, reason)| NodeCloseFrame {
                code: (*code).into(),
                reason: reason.as_str().into(),
            });
            // A side that is gone already makes this fail, which is fine.
            let _ = timeout(GOODBYE, async { node.close(frame).await }).await;
            goodbye
        }
        Err(error) => {
            tracing::warn!(chain_id = handler.node.chain_id(), %error, "cannot connect to the node");
            Some((close_code::ERROR, "the node does not answer".to_owned()))
        }
    };
    let frame = goodbye.map(|(code, reason)| CloseFrame { code, reason: reason.into() });
    let _ = timeout(GOODBYE, async {
        // It fails when the client said goodbye first; reading on sends the answer that it waits for.
        let _ = client.send(Message::Close(frame)).await;
        while let Some(Ok(_)) = client.recv().await {}
    })
    .await;
}

/// Why a connection ends: the code and the reason to pass on, if any were given.
type Goodbye = Option<(u16, String)>;

/// Carries messages both ways until one side ends.
///
/// Pings are answered by each side's own protocol and not carried on.
async fn pump(
    client: &mut WebSocket,
    node: &mut NodeSocket,
    handler: &Arc<Handler>,
    stop: &CancellationToken,
) -> Goodbye {
    let (mut to_client, mut from_client) = client.split();
    let (mut to_node, mut from_node) = node.split();
    let (answers, mut answered) = mpsc::channel::<String>(ANSWERS);

    let upwards = async {
        let mut detours = Detours::new(handler.clone(), answers.clone());
        while let Some(message) = from_client.next().await {
            let forward = match message {
                Ok(Message::Text(text)) => {
                    detours.examine(text.clone().into()).await.then(|| NodeMessage::text(text.as_str()))
                }
                Ok(Message::Binary(bytes)) => {
                    detours.examine(bytes.clone()).await.then_some(NodeMessage::Binary(bytes))
                }
                Ok(Message::Close(frame)) => {
                    return frame.map(|frame| (frame.code, frame.reason.to_string()));
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => None,
                Err(_) => return None,
            };
            if let Some(message) = forward
                && to_node.send(message).await.is_err()
            {
                // The other direction learns more about the end.
                pending::<()>().await;
            }
        }
        None
    };
    let downwards = async {
        loop {
            let message = tokio::select! {
                message = from_node.next() => match message {
                    Some(Ok(NodeMessage::Text(text))) => Message::text(text.as_str()),
                    Some(Ok(NodeMessage::Binary(bytes))) => Message::Binary(bytes),
                    Some(Ok(NodeMessage::Close(frame))) => {
                        return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                    }
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => return Some((close_code::ERROR, "the node is gone".to_owned())),
                },
                Some(answer) = answered.recv() => Message::text(answer),
            };
            if to_client.send(message).await.is_err() {
                return None;
            }
        }
    };
    tokio::select! {
        goodbye = upwards => goodbye,
        goodbye = downwards => goodbye,
        () = stop.cancelled() => Some((close_code::AWAY, "the devnet stops".to_owned())),
    }
}

/// Messages that cannot travel on the socket to the node, and their answers.
struct Detours {
    handler: Arc<Handler>,
    answers: mpsc::Sender<String>,
    under_way: JoinSet<()>,
}

impl Detours {
    fn new(handler: Arc<Handler>, answers: mpsc::Sender<String>) -> Self {
        Self { handler, answers, under_way: JoinSet::new() }
    }

    /// Decides about a message; returns whether it goes to the node as it is. If not, its answer is taken care of.
    async fn examine(&mut self, message: Bytes) -> bool {
        match self.handler.course(&message, true).await {
            // What sets the clock back has to be followed by hand, which needs to know when it is done.
            Course::Forward(clock) if message.len() > NODE_FRAME || clock.set_back || clock.restored => {
                let handler = self.handler.clone();
                self.detour(async move {
                    let answer = handler.post(message, clock).await?;
                    Ok(String::from_utf8(answer).ok().filter(|answer| !answer.is_empty()))
                })
                .await;
                false
            }
            Course::Forward(clock) => {
                self.handler.clock.before(clock).await;
                true
            }
            Course::Answer(answer) => {
                self.answer(answer).await;
                false
            }
            Course::Partial { partial, clock } => {
                let handler = self.handler.clone();
                self.detour(async move { handler.divide(partial, clock).await }).await;
                false
            }
        }
    }

    /// Has a message answered over HTTP while the socket goes on.
    async fn detour(
        &mut self,
        way: impl Future<Output = Result<Option<String>, UpstreamError>> + Send + 'static,
    ) {
        while self.under_way.try_join_next().is_some() {}
        if self.under_way.len() >= DETOURS {
            self.under_way.join_next().await;
        }
        let (handler, answers) = (self.handler.clone(), self.answers.clone());
        self.under_way.spawn(async move {
            let answer = way.await.unwrap_or_else(|error| Some(handler.silence(&error)));
            if let Some(answer) = answer {
                // The receiver is gone when the connection is.
                let _ = answers.send(answer).await;
            }
        });
    }

    async fn answer(&self, answer: Option<String>) {
        if let Some(answer) = answer {
            let _ = self.answers.send(answer).await;
        }
    }
}
