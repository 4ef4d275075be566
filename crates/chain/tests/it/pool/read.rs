use super::{Counted, eventually, options, patient, pool, shared, states};
use crate::support::{PATIENCE, extend, fake_chain, refusal};
use alloy::{primitives::U64, providers::Provider};
use causeway_chain::{ConnectOptions, NodeState, PoolOptions, RateLimit, connect};
use serde_json::{Value, json};
use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::time::timeout;

#[tokio::test]
async fn a_node_that_fails_is_passed_over_and_comes_back() {
    let chain = shared(5);
    let (first, second) = (Counted::of(&chain).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    assert_eq!(provider.get_block_number().await.unwrap(), 4);
    assert_eq!(states(&endpoints), [NodeState::Primary, NodeState::Ready]);
    for fault in [0, 429, 401, 500, 503] {
        match fault {
            0 => first.node.set_down(true),
            status => first.node.set_status(status),
        }
        for _ in 0..20 {
            assert_eq!(provider.get_block_number().await.unwrap(), 4, "fault {fault}");
        }
        let stats = endpoints.stats();
        assert!(stats.nodes[0].passed_over > 0 && !stats.nodes[0].reason.is_empty(), "{stats:?}");
        assert_eq!(states(&endpoints), [NodeState::PassedOver, NodeState::Primary], "fault {fault}");
        first.node.set_down(false);
        first.node.set_status(200);
        eventually(|| states(&endpoints)[0] == NodeState::Ready).await;
        // Who is asked first stays so: now the other one has to fail.
        second.node.set_down(true);
        assert_eq!(provider.get_block_number().await.unwrap(), 4, "fault {fault}");
        second.node.set_down(false);
        eventually(|| states(&endpoints) == [NodeState::Primary, NodeState::Ready]).await;
    }
}

#[tokio::test]
async fn all_die_and_one_comes_back() {
    let chain = shared(5);
    let nodes = [Counted::of(&chain).await, Counted::of(&chain).await, Counted::of(&chain).await];
    let [a, b, c] = nodes.each_ref().map(|node| node.node.endpoint());
    let endpoints = pool(&[&a, &b, &c], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    assert_eq!(provider.get_block_number().await.unwrap(), 4);
    nodes.iter().for_each(|node| node.node.set_down(true));
    provider.get_block_number().await.unwrap_err();
    nodes[2].node.set_down(false);
    // Nobody waits until it was found to be back.
    assert_eq!(provider.get_block_number().await.unwrap(), 4);
    assert_eq!(states(&endpoints)[..2], [NodeState::PassedOver; 2]);
}

#[tokio::test]
async fn a_node_that_hangs_holds_up_no_read() {
    let chain = shared(5);
    let (first, second) = (Counted::of(&chain).await, Counted::of(&chain).await);
    // Nobody looks at the nodes but by the reads themselves.
    let probe_interval = Duration::from_secs(3_600);
    let hedging = PoolOptions { hedge_after: Some(Duration::from_millis(20)), probe_interval, ..options() };
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], hedging);
    let provider = connect(&endpoints, &patient()).unwrap();
    provider.get_block_number().await.unwrap();
    first.node.set_delay(Duration::from_secs(3_600));
    for _ in 0..3 {
        let answer = timeout(PATIENCE, provider.get_block_number()).await.expect("nobody else is asked");
        assert_eq!(answer.unwrap(), 4);
    }
    let stats = endpoints.stats();
    assert!(stats.hedges_won >= 3 && stats.hedged >= stats.hedges_won, "{stats:?}");
    // That it is slow each time is a fault.
    eventually(|| states(&endpoints) == [NodeState::PassedOver, NodeState::Primary]).await;
    let hedged = endpoints.stats().hedged;
    assert_eq!(provider.get_block_number().await.unwrap(), 4);
    assert_eq!(endpoints.stats().hedged, hedged, "the other one is asked at once");
}

#[tokio::test]
async fn what_may_do_something_is_asked_once_and_never_hedged() {
    let chain = shared(5);
    let slow = |method: &str, _: &Value| {
        (method == "anvil_mine").then(|| {
            std::thread::sleep(Duration::from_millis(100));
            json!({"result": null})
        })
    };
    let (first, second) = (Counted::with(&chain, slow).await, Counted::with(&chain, slow).await);
    let hedging = PoolOptions { hedge_after: Some(Duration::from_millis(5)), ..options() };
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], hedging);
    let provider = connect(&endpoints, &patient()).unwrap();
    provider.raw_request::<_, Value>("anvil_mine".into(), ()).await.unwrap();
    assert_eq!((first.count("anvil_mine"), second.count("anvil_mine")), (1, 0));
    first.node.set_down(true);
    provider.raw_request::<_, Value>("anvil_mine".into(), ()).await.unwrap_err();
    assert_eq!(second.count("anvil_mine"), 0, "nobody knows what became of the first");
}

#[tokio::test]
async fn a_verdict_is_the_answer() {
    let chain = shared(5);
    let reverts = |method: &str, _: &Value| {
        (method == "eth_call").then(|| json!({"error": {"code": 3, "message": "execution reverted"}}))
    };
    let (first, second) = (Counted::with(&chain, reverts).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    let error = provider.raw_request::<_, Value>("eth_call".into(), json!([{}, "latest"])).await.unwrap_err();
    assert_eq!(error.as_error_resp().map(|payload| payload.code), Some(3));
    assert_eq!((second.count("eth_call"), endpoints.stats().failed_over), (0, 0));
    assert_eq!(states(&endpoints)[0], NodeState::Primary);
}

#[tokio::test]
async fn another_chain_is_never_asked() {
    let chain = shared(5);
    let mut other = fake_chain(500);
    other.chain_id = 10;
    let other = Arc::new(Mutex::new(other));
    let (first, second) = (Counted::of(&other).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    for _ in 0..10 {
        assert_eq!(provider.get_block_number().await.unwrap(), 4);
        let receipt = provider.raw_request::<_, Value>("eth_getTransactionReceipt".into(), ["0x00"]).await;
        receipt.unwrap_err();
    }
    assert_eq!(states(&endpoints), [NodeState::WrongChain, NodeState::Primary]);
    assert!(endpoints.stats().nodes[0].reason.contains("serves chain 10, not 901"));
    assert_eq!(first.count("eth_getTransactionReceipt") + first.count("eth_blockNumber"), 0);
    // And not even when there is nobody else.
    second.node.set_down(true);
    provider.get_block_number().await.unwrap_err();
    assert_eq!(first.count("eth_blockNumber"), 0);
    // Until it serves the right one.
    first.chain.lock().unwrap().chain_id = 901;
    eventually(|| states(&endpoints)[0] != NodeState::WrongChain).await;
    assert_eq!(provider.get_block_number().await.unwrap(), 499);
}

#[tokio::test]
async fn who_lags_is_asked_for_nothing_new() {
    let (chain, late) = (shared(40), shared(20));
    let (first, second) = (Counted::of(&late).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    for _ in 0..10 {
        let head = provider.raw_request::<_, U64>("eth_blockNumber".into(), ()).await.unwrap();
        assert_eq!(head, U64::from(39));
        let _ = provider.raw_request::<_, Value>("eth_getTransactionCount".into(), ("0x00", "latest")).await;
    }
    assert_eq!(first.count("eth_getTransactionCount"), 0);
    assert_eq!(states(&endpoints), [NodeState::Behind, NodeState::Primary]);
    // What the hash of a block names may be had from anybody who has it.
    let [old, new] = [10, 30].map(|number| chain.lock().unwrap().block_ref(number).hash);
    for hash in [old, new] {
        let block = provider.get_block_by_hash(hash).await.unwrap().unwrap();
        assert_eq!(block.header.hash, hash);
    }
    second.node.set_down(true);
    assert_eq!(provider.get_block_by_hash(old).await.unwrap().unwrap().header.hash, old);
    // But a nonce of long ago is worse than none.
    let nonce = provider.raw_request::<_, Value>("eth_getTransactionCount".into(), ("0x00", "latest")).await;
    nonce.unwrap_err();
    assert_eq!(first.count("eth_getTransactionCount"), 0);
    extend(&mut late.lock().unwrap(), 20, 0);
    eventually(|| states(&endpoints)[0] == NodeState::Ready || states(&endpoints)[0] == NodeState::Primary)
        .await;
    let _ = provider.raw_request::<_, Value>("eth_getTransactionCount".into(), ("0x00", "latest")).await;
    assert_eq!(first.count("eth_getTransactionCount"), 1);
}

#[tokio::test]
async fn who_stands_still_is_asked_for_nothing_new() {
    let (chain, stuck) = (shared(20), shared(20));
    let (first, second) = (Counted::of(&stuck).await, Counted::of(&chain).await);
    let options = PoolOptions { stall_after: Duration::from_millis(50), ..options() };
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options);
    let provider = connect(&endpoints, &patient()).unwrap();
    provider.get_block_number().await.unwrap();
    assert_eq!(states(&endpoints), [NodeState::Primary, NodeState::Ready]);
    extend(&mut chain.lock().unwrap(), 1, 0);
    eventually(|| states(&endpoints) == [NodeState::Behind, NodeState::Primary]).await;
    assert_eq!(provider.get_block_number().await.unwrap(), 20);
}

#[tokio::test]
async fn the_others_may_have_what_one_lacks() {
    let chain = shared(5);
    let empty = |method: &str, _: &Value| match method {
        "eth_getBlockByHash" => Some(json!({"result": null})),
        "eth_call" => Some(refusal(-32000, "header not found")),
        _ => None,
    };
    let called = |method: &str, _: &Value| (method == "eth_call").then(|| json!({"result": "0x01"}));
    let (first, second) = (Counted::with(&chain, empty).await, Counted::with(&chain, called).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    let hash = chain.lock().unwrap().head().hash;
    assert!(provider.get_block_by_hash(hash).await.unwrap().is_some());
    let answer = provider.raw_request::<_, Value>("eth_call".into(), json!([{}, "0x4"])).await.unwrap();
    assert_eq!(answer, "0x01");
    // And if nobody has it, that is the answer, and nobody's fault.
    assert!(provider.get_block_by_hash(alloy::primitives::B256::ZERO).await.unwrap().is_none());
    assert_eq!(states(&endpoints), [NodeState::Primary, NodeState::Ready]);
}

#[tokio::test]
async fn a_budget_is_kept_by_waiting() {
    let chain = shared(5);
    let node = Counted::of(&chain).await;
    let [twenty, two] = [20, 2].map(|number| NonZeroU32::new(number).unwrap());
    let endpoint = node.node.endpoint().limited_to(RateLimit { per_second: twenty, burst: two });
    let provider = connect(&endpoint, &ConnectOptions::default()).unwrap();
    let start = Instant::now();
    for _ in 0..8 {
        provider.get_block_number().await.unwrap();
    }
    // Two at once, and six at 20 a second.
    assert!(start.elapsed() >= Duration::from_millis(295), "{:?}", start.elapsed());
    assert_eq!(node.count("eth_blockNumber"), 8);
}
