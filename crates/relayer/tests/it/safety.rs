//! Routes whose source blocks have to be safe before a message is delivered.

use alloy::{primitives::B256, providers::Provider};
use axum::{Json, Router, extract::State, routing::post};
use causeway_client::SafetyLevel;
use causeway_relayer::{RelayChain, Relayer, RelayerError, RelayerEvent};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use crate::support::{Net, send, start};

async fn attempts(net: &Net, message: B256) -> usize {
    net.store().await.attempts_of(message).await.unwrap().len()
}

/// A message goes the other way, where nothing has to be safe: what could have been done meanwhile was done.
async fn there_and_back(net: &Net, events: &mut crate::support::Listener) {
    let back = send(&net.b, 901, Net::COUNTER, 1).await.remove(0);
    events.submitted(back.message_hash).await;
    net.a.mine().await;
    events.delivered(back.message_hash).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn message_waits_until_its_source_block_is_safe() {
    let net = Net::direct().await;
    let (relayer, mut events) = start(net.cautious(SafetyLevel::Safe).await);
    let controls = relayer.controls();
    assert_eq!(controls.safety(902, 901), (SafetyLevel::Unsafe, None));
    let sent = net.send(2).await;
    events.seen(sent[1].message_hash).await;
    there_and_back(&net, &mut events).await;
    net.b.mine().await;
    assert_eq!(attempts(&net, sent[0].message_hash).await, 0);
    let (level, up_to) = controls.safety(901, 902);
    assert_eq!(level, SafetyLevel::Safe);
    assert!(up_to.is_none_or(|up_to| up_to < sent[0].identifier.block_number));

    net.make_safe().await;
    events.submitted(sent[1].message_hash).await;
    assert!(controls.safety(901, 902).1.unwrap() >= sent[0].identifier.block_number);
    net.mine_until(2).await;
    events.delivered(sent[0].message_hash).await;
    net.delivered_once(2).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn source_reorg_before_that_costs_nothing() {
    let net = Net::direct().await;
    let (relayer, mut events) = start(net.cautious(SafetyLevel::Safe).await);
    let lost = net.send(1).await.remove(0);
    events.seen(lost.message_hash).await;
    net.a.reorg(1).await;
    events
        .until(|event| {
            matches!(event, RelayerEvent::Orphaned { message_hash, .. } if *message_hash == lost.message_hash)
                .then_some(())
        })
        .await;
    net.a.mine().await;
    // The same message, two blocks later.
    let moved = net.send(1).await.remove(0);
    assert_eq!(moved.message_hash, lost.message_hash);
    events.seen(moved.message_hash).await;
    there_and_back(&net, &mut events).await;
    assert_eq!(attempts(&net, lost.message_hash).await, 0);
    net.make_safe().await;
    events.submitted(moved.message_hash).await;
    net.mine_until(1).await;
    net.delivered_once(1).await;
    assert_eq!(attempts(&net, lost.message_hash).await, 1);
    relayer.shutdown().await.unwrap();
}

/// After a restart, too, nothing goes out before somebody says that it is safe.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_found_in_the_store() {
    let net = Net::direct().await;
    let (relayer, mut events) = start(net.cautious(SafetyLevel::Finalized).await);
    let sent = net.send(1).await.remove(0);
    events.seen(sent.message_hash).await;
    relayer.shutdown().await.unwrap();

    let (relayer, mut events) = start(net.cautious(SafetyLevel::Finalized).await);
    events.caught_up(902).await;
    there_and_back(&net, &mut events).await;
    net.make_safe().await;
    there_and_back(&net, &mut events).await;
    assert_eq!(attempts(&net, sent.message_hash).await, 0, "safe is not finalized");
    net.make_safe().await;
    events.submitted(sent.message_hash).await;
    net.mine_until(1).await;
    net.delivered_once(1).await;
    relayer.shutdown().await.unwrap();
}

/// What a verifier says, and how often it has said it.
type Word = watch::Sender<(Value, usize)>;

/// Answers `supervisor_syncStatus` with what it is told.
async fn verifier(word: Word) -> String {
    async fn answer(State(word): State<Word>, Json(request): Json<Value>) -> Json<Value> {
        assert_eq!(request["method"], "supervisor_syncStatus");
        let result = word.borrow().0.clone();
        word.send_modify(|(_, count)| *count += 1);
        Json(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", post(answer)).with_state(word);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// A verifier's word on one block of A; of all other levels it names none.
fn status(hash: B256, number: u64) -> Value {
    let none = json!({ "hash": B256::ZERO, "number": 0 });
    let block = json!({ "hash": hash, "number": number });
    let chain = json!({ "crossUnsafe": block, "localSafe": none, "safe": none, "finalized": none });
    json!({ "chains": { "901": chain, "902": chain } })
}

#[tokio::test(flavor = "multi_thread")]
async fn verifier_tells_what_is_safe_and_counts_only_for_blocks_that_are_there() {
    let net = Net::direct().await;
    let word = Word::new((status(B256::ZERO, 0), 0));
    let mut config = net.cautious(SafetyLevel::CrossUnsafe).await;
    config.verifier = Some(verifier(word.clone()).await.parse().unwrap());
    let (relayer, mut events) = start(config);
    let sent = net.send(1).await.remove(0);
    let number = sent.identifier.block_number;
    events.seen(sent.message_hash).await;
    // Of another branch.
    word.send_replace((status(B256::repeat_byte(1), number), 0));
    // The answer that comes before the third is taken in.
    word.subscribe().wait_for(|(_, count)| *count >= 3).await.unwrap();
    there_and_back(&net, &mut events).await;
    assert_eq!(attempts(&net, sent.message_hash).await, 0);
    let block = net.a.provider.get_block_by_number(number.into()).await.unwrap().unwrap();
    word.send_replace((status(block.header.hash, number), 0));
    events.submitted(sent.message_hash).await;
    net.mine_until(1).await;
    net.delivered_once(1).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_verifier_can_tell_takes_one() {
    let net = Net::direct().await;
    let config = net.cautious(SafetyLevel::CrossUnsafe).await;
    let error = Relayer::spawn(config, &CancellationToken::new()).unwrap_err();
    assert!(matches!(error, RelayerError::NoVerifier { chain_id: 901, level: SafetyLevel::CrossUnsafe }));
    let mut config = net.config().await;
    config.chains.push(RelayChain::new(903, "C", net.b.endpoint()));
    config.routes.safety = SafetyLevel::LocalSafe;
    assert!(matches!(
        Relayer::spawn(config, &CancellationToken::new()).unwrap_err(),
        RelayerError::NoVerifier { .. }
    ));
}

/// What a node answers when it is asked which block is safe.
#[derive(Clone, Debug)]
enum Says {
    AsItIs,
    Nothing,
    Error,
}

/// Stands before a node, and answers what it is told to when it is asked for its safe block.
async fn labeller(node: String, says: watch::Receiver<Says>) -> String {
    type Shared = (String, watch::Receiver<Says>, reqwest::Client);
    async fn answer(State((node, says, client)): State<Shared>, Json(request): Json<Value>) -> Json<Value> {
        let says = says.borrow().clone();
        let id = &request["id"];
        match says {
            Says::Nothing if request["params"][0] == "safe" => {
                Json(json!({ "jsonrpc": "2.0", "id": id, "result": null }))
            }
            Says::Error if request["params"][0] == "safe" => {
                let error = json!({ "code": -32000, "message": "out of order" });
                Json(json!({ "jsonrpc": "2.0", "id": id, "error": error }))
            }
            _ => Json(client.post(node).json(&request).send().await.unwrap().json().await.unwrap()),
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let state = (node, says, reqwest::Client::new());
    let router = Router::new().route("/", post(answer)).with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// One that names no safe block is told of as one that errs.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_say_what_is_safe_is_told_of() {
    let net = Net::direct().await;
    let (says, heard) = watch::channel(Says::Nothing);
    let mut config = net.cautious(SafetyLevel::Safe).await;
    let url = labeller(format!("http://127.0.0.1:{}", net.a.port), heard).await;
    config.chains[0] = RelayChain::new(901, "A", url.parse::<causeway_chain::Endpoint>().unwrap());
    let (relayer, mut events) = start(config);
    for (word, reason) in [
        (Says::Nothing, Some("the node names no block that is safe")),
        (Says::AsItIs, None),
        (Says::Error, Some("out of order")),
        (Says::Nothing, Some("the node names no block that is safe")),
        (Says::AsItIs, None),
    ] {
        says.send_replace(word.clone());
        // It is asked again when the head has moved.
        net.a.mine().await;
        let told = events
            .until(|event| match event {
                RelayerEvent::SafetyUnknown { chain_id: 901, reason } => Some(Some(reason.clone())),
                RelayerEvent::SafetyKnown { chain_id: 901 } => Some(None),
                _ => None,
            })
            .await;
        match (reason, told) {
            (Some(reason), Some(told)) => assert!(told.contains(reason), "{word:?}: {told}"),
            (expected, told) => assert_eq!(told.as_deref(), expected, "{word:?}"),
        }
    }
    relayer.shutdown().await.unwrap();
}
