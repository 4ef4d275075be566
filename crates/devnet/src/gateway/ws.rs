use super::{
    handler::{Course, Handler},
    history::explained,
    http::MAX_BODY,
    outbox::{Outbox, TooSlow},
    plan::{Plan, Tag},
    questions::Questions,
};
use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use causeway_service::Place;
use futures::{SinkExt, StreamExt};
use std::{
    collections::HashMap,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{net::TcpStream, task::JoinSet, time::timeout};
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
    place: Place,
) -> Response {
    let tasks = tasks.clone();
    upgrade.max_message_size(MAX_BODY).max_frame_size(MAX_BODY).on_upgrade(async move |client| {
        // Tracked, so that the end of the devnet waits for the goodbyes.
        let _ = tasks.spawn(run(client, handler, stop)).await;
        drop(place);
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
    let (outbox, waiting) = Outbox::new();
    let (plans, questions) = (Plans::default(), Questions::default());

    let upwards = async {
        let mut inbox = Inbox::new(handler.clone(), outbox.clone(), plans.clone(), questions.clone());
        loop {
            outbox.has_room().await;
            let message = match from_client.next().await {
                Some(Ok(Message::Text(text))) => {
                    let text = NodeMessage::text(text.as_str());
                    inbox.examine(text).await
                }
                Some(Ok(Message::Binary(bytes))) => inbox.examine(NodeMessage::Binary(bytes)).await,
                Some(Ok(Message::Close(frame))) => {
                    return frame.map(|frame| (frame.code, frame.reason.to_string()));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
                Some(Err(_)) | None => return None,
            };
            match message {
                Ok(None) => {}
                Ok(Some(message)) => {
                    if to_node.send(message).await.is_err() {
                        // The other direction learns more about the end.
                        pending::<()>().await;
                    }
                }
                Err(TooSlow) => return too_slow(),
            }
        }
    };
    let downwards = async {
        loop {
            let passed = match from_node.next().await {
                Some(Ok(NodeMessage::Text(text))) if is_notification(text.as_str()) => {
                    outbox.notify(Message::text(text.as_str()))
                }
                Some(Ok(NodeMessage::Text(text))) => {
                    handler.overheard(text.as_str());
                    let taken = take(&outbox, &plans, text.as_str()).await;
                    questions.answered();
                    taken
                }
                Some(Ok(NodeMessage::Binary(bytes))) => outbox.answer(Message::Binary(bytes)).await,
                Some(Ok(NodeMessage::Close(frame))) => {
                    return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(_)) => Ok(()),
                Some(Err(_)) | None => return Some((close_code::ERROR, "the node is gone".to_owned())),
            };
            if passed == Err(TooSlow) {
                return too_slow();
            }
        }
    };
    tokio::select! {
        goodbye = upwards => goodbye,
        goodbye = downwards => goodbye,
        sent = waiting.send(&mut to_client) => sent.err().and_then(|TooSlow| too_slow()),
        () = stop.cancelled() => Some((close_code::AWAY, "the devnet stops".to_owned())),
    }
}

fn too_slow() -> Goodbye {
    Some((close_code::POLICY, "what was sent here is not read, or too slowly".to_owned()))
}

/// Puts what the node answered where it belongs.
async fn take(outbox: &Outbox, plans: &Plans, text: &str) -> Result<(), TooSlow> {
    match plans.finish(text) {
        Some(Some(answer)) => outbox.answer(Message::text(answer)).await,
        Some(None) => Ok(()),
        None => outbox.answer(Message::text(explained(text).unwrap_or_else(|| text.to_owned()))).await,
    }
}

/// Whether it is of a subscription, and no answer.
fn is_notification(text: &str) -> bool {
    text.starts_with(r#"{"jsonrpc":"2.0","method":"#)
}

/// What is on the way on the node's socket, and is not to reach the client as it comes back.
#[derive(Clone, Debug, Default)]
struct Plans(Arc<Mutex<HashMap<u64, Plan>>>);

impl Plans {
    fn expect(&self, number: u64, plan: Plan) {
        self.lock().insert(number, plan);
    }

    /// What the client is answered, if this is the answer to something that is on the way.
    fn finish(&self, text: &str) -> Option<Option<String>> {
        let mut plans = self.lock();
        if plans.is_empty() {
            return None;
        }
        let number = Tag::of(text)?;
        let mut plan = plans.remove(&number)?;
        drop(plans);
        plan.take(text.as_bytes(), Tag::Message(number));
        Some(plan.finish())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Plan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What comes from the client: messages that cannot travel on the socket to the node, and their answers.
struct Inbox {
    handler: Arc<Handler>,
    outbox: Outbox,
    plans: Plans,
    questions: Questions,
    messages: u64,
    under_way: JoinSet<Result<(), TooSlow>>,
}

impl Inbox {
    fn new(handler: Arc<Handler>, outbox: Outbox, plans: Plans, questions: Questions) -> Self {
        Self { handler, outbox, plans, questions, messages: 0, under_way: JoinSet::new() }
    }

    /// Decides about a message; returns what goes to the node on the socket. If nothing does, its answer is taken care of.
    async fn examine(&mut self, message: NodeMessage) -> Result<Option<NodeMessage>, TooSlow> {
        let bytes: Bytes = match &message {
            NodeMessage::Text(text) => text.clone().into(),
            NodeMessage::Binary(bytes) => bytes.clone(),
            _ => return Ok(None),
        };
        self.messages += 1;
        let tag = Tag::Message(self.messages);
        match self.handler.course(&bytes, tag).await {
            // What sets the clock back has to be followed by hand, which needs to know when it is done.
            Course::Forward { effects, sends, .. }
                if bytes.len() > NODE_FRAME || effects.need_care() || sends.need_answer() =>
            {
                let handler = self.handler.clone();
                self.detour(async move {
                    match handler.post_whole(bytes, effects, &sends).await {
                        Ok(answer) => String::from_utf8(answer).ok().filter(|answer| !answer.is_empty()),
                        Err(error) => Some(handler.silence(&error).answer("null")),
                    }
                })
                .await?;
                Ok(None)
            }
            Course::Forward { effects, is_awaited, .. } => {
                self.handler.clock.before(effects.clock).await;
                if is_awaited {
                    self.questions.ask().await;
                }
                Ok(Some(message))
            }
            Course::Answer(answer) => {
                self.outbox.answer(Message::text(answer)).await?;
                Ok(None)
            }
            Course::Plan { mut plan, on_socket: true }
                if plan.is_shorter_than(NODE_FRAME) && !plan.effects.need_care() =>
            {
                self.handler.clock.before(plan.effects.clock).await;
                let rest = plan.rest.pop();
                if plan.is_awaited() {
                    self.questions.ask().await;
                    self.plans.expect(self.messages, plan);
                }
                Ok(rest.map(|part| NodeMessage::text(part.json)))
            }
            Course::Plan { plan, .. } => {
                let handler = self.handler.clone();
                self.detour(async move { handler.carry_out(plan, tag).await.unwrap_or_else(Some) }).await?;
                Ok(None)
            }
        }
    }

    /// Has a message answered over HTTP while the socket goes on.
    async fn detour(
        &mut self,
        way: impl Future<Output = Option<String>> + Send + 'static,
    ) -> Result<(), TooSlow> {
        while let Some(ended) = self.under_way.try_join_next() {
            ended.unwrap_or(Ok(()))?;
        }
        if self.under_way.len() >= DETOURS
            && let Some(Ok(ended)) = self.under_way.join_next().await
        {
            ended?;
        }
        let outbox = self.outbox.clone();
        self.under_way.spawn(async move {
            match way.await {
                Some(answer) => outbox.answer(Message::text(answer)).await,
                None => Ok(()),
            }
        });
        Ok(())
    }
}
