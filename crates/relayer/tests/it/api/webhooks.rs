use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use alloy::primitives::B256;
use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use causeway_relayer::{
    RelayerEvent,
    api::{ApiConfig, Webhook, WebhookSecret},
};
use causeway_store::Store;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

use super::world::{NOW, World, config, deliver, fill, message_hash};
use crate::support::PATIENCE;

const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const KEY: [u8; 24] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/// Somebody who is told, and answers as a test says.
pub(crate) struct Receiver {
    url: String,
    told: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
    first: Arc<Mutex<Vec<StatusCode>>>,
}

#[derive(Clone)]
struct Answers {
    told: mpsc::UnboundedSender<(HeaderMap, Bytes)>,
    /// The first answers; all further ones are fine.
    first: Arc<Mutex<Vec<StatusCode>>>,
}

impl Receiver {
    pub(crate) async fn start(mut first: Vec<StatusCode>) -> Self {
        first.reverse();
        let (sender, told) = mpsc::unbounded_channel();
        let first = Arc::new(Mutex::new(first));
        let answers = Answers { told: sender, first: Arc::clone(&first) };
        let router = Router::new().route("/hook", post(answer)).with_state(answers);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?key=secret", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, told, first }
    }

    pub(crate) fn webhook(&self) -> Webhook {
        let mut webhook = Webhook::new(&self.url, WebhookSecret::new(SECRET).unwrap()).unwrap();
        webhook.first_retry = Duration::from_millis(1);
        webhook
    }

    /// Answers so from now on, and then that all is well.
    pub(crate) fn answer_first(&self, mut first: Vec<StatusCode>) {
        first.reverse();
        *self.first.lock().unwrap() = first;
    }

    /// What was told so far does not count.
    pub(crate) fn forget(&mut self) {
        while self.told.try_recv().is_ok() {}
    }

    /// What is told next: its id and its body, when its signature is good.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        let (headers, body) = timeout(PATIENCE, self.told.recv()).await.expect("it is told").unwrap();
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &body].concat();
        let tag = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &KEY), &signed, &tag).expect("a good signature");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!(now.abs_diff(timestamp.parse().unwrap()) < 300);
        (id, serde_json::from_slice(&body).unwrap())
    }
}

async fn answer(State(answers): State<Answers>, headers: HeaderMap, body: Bytes) -> Response {
    drop(answers.told.send((headers, body)));
    match answers.first.lock().unwrap().pop() {
        Some(StatusCode::TEMPORARY_REDIRECT) => Redirect::temporary("/hook").into_response(),
        Some(status) => status.into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

fn delivered(nonce: u64) -> RelayerEvent {
    let tx_hash = B256::repeat_byte(0xaa);
    RelayerEvent::Delivered { message_hash: message_hash(nonce), destination: 902, tx_hash, block_number: 7 }
}

async fn world(webhooks: Vec<Webhook>) -> World {
    World::with(ApiConfig { webhooks, ..config() }).await
}

#[tokio::test]
async fn what_was_not_taken_is_told_again_by_the_same_id() {
    let refusals = vec![StatusCode::INTERNAL_SERVER_ERROR, StatusCode::TEMPORARY_REDIRECT];
    let mut receiver = Receiver::start(refusals).await;
    let world = world(vec![receiver.webhook()]).await;
    world.tell(delivered(0)).await;
    let (id, body) = receiver.next().await;
    assert_eq!((&body["type"], &body["id"]), (&"message.delivered".into(), &id.as_str().into()));
    assert_eq!(body["data"]["messageHash"], message_hash(0).to_string());
    assert_eq!((&body["data"]["destination"], &body["data"]["blockNumber"]), (&"902".into(), &7.into()));
    // A redirect is a refusal, too: were it followed, it would be taken there.
    assert_eq!(receiver.next().await, (id.clone(), body.clone()));
    assert_eq!(receiver.next().await, (id, body));
    world.tell(delivered(1)).await;
    assert_eq!(receiver.next().await.1["data"]["messageHash"], message_hash(1).to_string());
    world.end().await;
}

#[tokio::test]
async fn what_was_not_told_before_the_end_is_told_after_it() {
    // More than are used up before the end: the waits between them double.
    let mut receiver = Receiver::start(vec![StatusCode::INTERNAL_SERVER_ERROR; 64]).await;
    let store = Store::in_memory().await.unwrap();
    let config = ApiConfig { webhooks: vec![receiver.webhook()], ..config() };
    let world = World::over(store.clone(), config.clone()).await;
    for nonce in [0, 1] {
        world.tell(delivered(nonce)).await;
    }
    let first = receiver.next().await;
    let written = async {
        while store.newest_news().await.unwrap() < 2 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, written).await.expect("both are written down");
    world.end().await;
    while receiver.told.try_recv().is_ok() {}

    receiver.first.lock().unwrap().clear();
    let world = World::over(store, config).await;
    assert_eq!(receiver.next().await, first);
    let second = loop {
        let told = receiver.next().await;
        // One may have been under way at the end.
        if told != first {
            break told;
        }
    };
    assert_eq!(second.1["data"]["messageHash"], message_hash(1).to_string());
    assert_ne!(second.0, first.0);
    world.end().await;
}

#[tokio::test]
async fn it_is_told_which_message_expires_soon() {
    let mut receiver = Receiver::start(Vec::new()).await;
    let store = Store::in_memory().await.unwrap();
    fill(&store, 2, 10).await;
    deliver(&store, 0, B256::repeat_byte(0xaa)).await;
    // An hour is left by the clock of this machine.
    let (sent_at, now) = (NOW - 10, SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    let expiry_window = now - sent_at + 3_600;
    let webhooks = vec![receiver.webhook()];
    let config = ApiConfig { webhooks, expiry_window, expiry_margin: 7_200, ..config() };
    let world = World::over(store, config).await;
    let (_, body) = receiver.next().await;
    assert_eq!(body["type"], "message.expiring");
    let data = json!({
        "messageHash": message_hash(1), "source": "901", "destination": "902",
        "sentAt": sent_at, "expiresAt": sent_at + expiry_window,
    });
    assert_eq!(body["data"], data);
    // What is delivered does not expire.
    world.tell(delivered(7)).await;
    assert_eq!(receiver.next().await.1["data"]["messageHash"], message_hash(7).to_string());
    world.end().await;
}

#[tokio::test]
async fn a_dead_receiver_holds_up_nobody() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", dead.local_addr().unwrap());
    let dead_hook = Webhook::new(&url, WebhookSecret::new(SECRET).unwrap()).unwrap();
    let mut receiver = Receiver::start(Vec::new()).await;
    let world = world(vec![dead_hook, receiver.webhook()]).await;
    for nonce in 0..100 {
        world.tell(delivered(nonce)).await;
    }
    for nonce in 0..100 {
        assert_eq!(receiver.next().await.1["data"]["messageHash"], message_hash(nonce).to_string());
    }
    world.end().await;
}

#[tokio::test]
async fn it_is_said_while_one_takes_nothing() {
    let mut receiver = Receiver::start(vec![StatusCode::INTERNAL_SERVER_ERROR; 64]).await;
    let world = world(vec![receiver.webhook()]).await;
    let unwell = async |count: &str| {
        let line = format!("causeway_relayer_webhooks_unwell {count}\n");
        let said = async {
            while !world.get("/metrics").send().await.unwrap().text().await.unwrap().contains(&line) {}
        };
        timeout(PATIENCE, said).await.unwrap_or_else(|_| panic!("it does not say {count}"));
    };
    unwell("0").await;
    world.tell(delivered(0)).await;
    for _ in 0..3 {
        receiver.next().await;
    }
    unwell("1").await;
    receiver.answer_first(Vec::new());
    unwell("0").await;
    world.end().await;
}

#[tokio::test]
async fn failures_are_told_once_and_so_is_giving_up() {
    let mut receiver = Receiver::start(Vec::new()).await;
    let world = world(vec![receiver.webhook()]).await;
    let failed = |retry_after_block| RelayerEvent::Failed {
        message_hash: message_hash(0),
        destination: 902,
        reason: "execution reverted: paused".to_owned(),
        tx_hash: None,
        retry_after_block,
    };
    let postponed = |retry_after_block| RelayerEvent::Postponed {
        message_hash: message_hash(0),
        destination: 902,
        reason: "execution reverted: paused".to_owned(),
        retry_after_block,
    };
    for event in [postponed(1), postponed(3), failed(Some(1)), failed(Some(3)), failed(None)] {
        world.tell(event).await;
    }
    let (_, first) = receiver.next().await;
    assert_eq!((&first["type"], &first["data"]["retryAfterBlock"]), (&"message.postponed".into(), &1.into()));
    world.tell(RelayerEvent::Expired { message_hash: message_hash(0), destination: 902 }).await;
    let retries: Vec<_> = [receiver.next().await, receiver.next().await]
        .map(|(_, body)| body["data"]["retryAfterBlock"].clone())
        .into();
    assert_eq!(retries, [Value::from(1), Value::Null]);
    assert!(receiver.next().await.1["data"]["reason"].as_str().unwrap().contains("too old"));
    world.end().await;
}
