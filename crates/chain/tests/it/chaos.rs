//! Random lives of a chain behind a node that errs at random: whatever happens, the mirror checks every event, and
//! ends up equal to the chain.

use crate::support::{FakeChain, FakeNode, Mirror, config, extend, fake_chain, refusal};
use causeway_chain::{Content, HeadSource, Start};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[derive(Clone, Debug)]
enum Step {
    /// The chain grows.
    Grow(u64),
    /// The newest blocks are replaced by so many others, perhaps by none.
    Fork { depth: u64, count: u64 },
    /// The follower is stopped and resumed.
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1_u64..20).prop_map(Step::Grow),
        3 => (1_u64..12, 0_u64..12).prop_map(|(depth, count)| Step::Fork { depth, count }),
        1 => Just(Step::Restart),
    ]
}

/// The node's state: the chain as it is, as it was, and a source of errors.
struct Backend {
    now: FakeChain,
    before: FakeChain,
    dice: u64,
}

impl Backend {
    /// Answers, in one of eight cases wrongly.
    fn answer(&mut self, method: &str, params: &Value) -> Value {
        // xorshift: a test needs no better dice.
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        match self.dice % 40 {
            0 => refusal(-32000, "header not found"),
            // What is asked too much is slowed down, see `limits`: here that would only take long.
            1 => refusal(-32603, "internal error"),
            2 => json!({"result": null}),
            3 => json!({"result": [1, 2, 3]}),
            // Another node behind the same address, which has not heard the news.
            4 => self.before.answer(method, params),
            _ => self.now.answer(method, params),
        }
    }
}

async fn live(steps: Vec<Step>, seed: u64, content: Content) {
    let chain = fake_chain(10);
    let backend = Arc::new(Mutex::new(Backend { now: chain.clone(), before: chain, dice: seed | 1 }));
    let node = FakeNode::start({
        let backend = Arc::clone(&backend);
        move |method, params| backend.lock().unwrap().answer(method, params)
    })
    .await;
    let follow = |start| {
        let mut config = config(node.endpoint(), start);
        config.heads = HeadSource::Poll;
        config.poll_interval = Duration::from_millis(2);
        config.shrink_grace = Duration::from_millis(10);
        config.max_backoff = Duration::from_millis(5);
        config.connect.first_backoff = Duration::from_millis(1);
        config.max_batch = 7;
        config.concurrency = 3;
        config.content = content.clone();
        Mirror::with(config)
    };
    let mut mirror = follow(Start::Genesis);
    // What was recorded, and is not above the node's head, is waited for.
    let mut recorded = 0;
    for (branch, step) in (1..).zip(steps) {
        {
            let backend = &mut *backend.lock().unwrap();
            backend.before = backend.now.clone();
            match step {
                Step::Grow(count) => extend(&mut backend.now, count, branch),
                Step::Fork { depth, count } => {
                    let ancestor = backend.now.head().number.saturating_sub(depth);
                    backend.now.rewind(ancestor);
                    extend(&mut backend.now, count, branch);
                }
                Step::Restart => {
                    recorded = mirror.tip().map_or(0, |tip| tip.number);
                    mirror = follow(Start::After(mirror.known()));
                }
            }
            let missing = recorded.saturating_sub(backend.now.head().number);
            extend(&mut backend.now, missing, branch);
        }
        // Half of the time the follower has to cope with several changes at once.
        if branch % 2 == 0 {
            let head = backend.lock().unwrap().now.head();
            mirror.until(|mirror| mirror.tip() == Some(head)).await;
        }
    }
    let chain = backend.lock().unwrap().now.clone();
    mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
    assert_eq!(mirror.known(), chain.refs());
    assert!(mirror.blocks.iter().all(|found| found.logs.len() == usize::from(found.block.number > 0)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn any_life_is_followed(steps in prop::collection::vec(step(), 1..16), seed: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let content = if seed % 2 == 0 { Content::default() } else { Content::Receipts { trusted: false } };
        runtime.block_on(live(steps, seed, content));
    }
}
