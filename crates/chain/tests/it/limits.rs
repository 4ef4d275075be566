//! Nodes that limit how much they are asked, and how long their answers may be.

use crate::support::{FakeNode, Mirror, Socket, config, fake_chain, refusal};
use alloy::providers::Provider;
use causeway_chain::{ConnectOptions, HeadSource, Start, connect};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Counts calls and answers some of them with a refusal.
struct Limit {
    most: usize,
    second: Instant,
    count: usize,
    refusals: usize,
}

impl Limit {
    fn is_over(&mut self) -> bool {
        if self.second.elapsed() > Duration::from_secs(1) {
            (self.second, self.count) = (Instant::now(), 0);
        }
        self.count += 1;
        let is_over = self.count > self.most;
        self.refusals += usize::from(is_over);
        is_over
    }
}

#[tokio::test]
async fn a_node_with_a_limit_is_asked_less_and_not_given_up() {
    let chain = &fake_chain(25);
    let checks = [-32005, -32016, 429].map(|code| async move {
        let limit = Limit { most: 15, second: Instant::now(), count: 0, refusals: 0 };
        let limit = Arc::new(Mutex::new(limit));
        let node = FakeNode::start({
            let (chain, limit) = (chain.clone(), Arc::clone(&limit));
            move |method, params| match limit.lock().unwrap().is_over() {
                true => refusal(code, "limit exceeded"),
                false => chain.answer(method, params),
            }
        })
        .await;
        let mut config = config(node.endpoint(), Start::Genesis);
        config.heads = HeadSource::Poll;
        let mut mirror = Mirror::with(config);
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        assert_eq!((mirror.known(), mirror.offline.len()), (chain.refs(), 0));
        // The first batch is refused in part, and a few that find out what is allowed.
        let refusals = limit.lock().unwrap().refusals;
        assert!(refusals < 150, "{refusals} refusals");
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn an_outage_behind_the_node_changes_no_label() {
    let mut chain = fake_chain(10);
    (chain.safe, chain.finalized) = (Some(8), Some(6));
    let is_away = Arc::new(Mutex::new(false));
    let node = FakeNode::start({
        let (chain, is_away) = (chain.clone(), Arc::clone(&is_away));
        move |method, params| {
            let is_label = params[0] == "safe" || params[0] == "finalized";
            match is_label && *is_away.lock().unwrap() {
                true => refusal(-32000, "something new"),
                false => chain.answer(method, params),
            }
        }
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.labels = true;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1 && !mirror.labels.is_empty()).await;
    let expected = (Some(chain.block_ref(8)), Some(chain.block_ref(6)));
    assert_eq!(mirror.labels, [expected]);
    *is_away.lock().unwrap() = true;
    // It is told once, and changes nothing.
    mirror.until(|mirror| !mirror.unlabelled.is_empty()).await;
    let silence = tokio::time::timeout(Duration::from_millis(400), mirror.next());
    assert!(silence.await.is_err(), "{:?}", (mirror.labels, mirror.unlabelled, mirror.offline));
    assert_eq!((mirror.labels, mirror.offline.len()), (vec![expected], 0));
}

#[tokio::test]
async fn a_long_answer_is_read_over_a_websocket() {
    // Longer than a frame that the library takes by itself, and than a message.
    for length in [17 << 20, 65 << 20] {
        let socket = Socket::start(move |_| json!({"result": "a".repeat(length)})).await;
        let provider = connect(&socket.endpoint(""), &ConnectOptions::default()).unwrap();
        let answer: String = provider.raw_request("web3_clientVersion".into(), ()).await.unwrap();
        assert_eq!(answer.len(), length);
    }
}
