//! What a node that is not trusted can try.

use crate::support::{FakeChain, FakeNode, FakeTransaction, Mirror, config, log, refusal};
use alloy::primitives::B256;
use causeway_chain::{Content, HeadSource, Start};
use serde_json::{Value, json};

/// How often each lie is told, before the node reforms.
const LIES: usize = 3;

/// Blocks 1 to `length`, of two deposits and two transactions of users, with a log each but for one.
fn chain(length: u64) -> FakeChain {
    let mut chain = FakeChain::new(901, 1000);
    for number in 1..=length {
        let transactions = vec![
            FakeTransaction::deposit(vec![log(b"a")]),
            FakeTransaction::deposit(vec![]),
            FakeTransaction::user(vec![log(b"b"), log(b"c")]),
            FakeTransaction { kind: 0, ..FakeTransaction::user(vec![log(b"d")]) },
        ];
        chain.push(1000 + number * 2, transactions);
    }
    chain
}

fn follow(node: &FakeNode, max_batch: u64, trusted: bool) -> Mirror {
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.content = Content::Receipts { trusted };
    config.max_batch = max_batch;
    config.concurrency = 2;
    Mirror::with(config)
}

fn assert_whole(mirror: &Mirror, chain: &FakeChain) {
    assert_eq!(mirror.known(), chain.refs());
    for (found, truth) in mirror.blocks.iter().zip(chain.blocks()) {
        assert_eq!(found.logs, truth.entries());
        assert_eq!(found.deposit_logs, u32::from(found.block.number > 0));
    }
    assert_eq!(mirror.reorgs, []);
}

/// A request that is answered wrongly, how, and what the follower has to say about it.
struct Lie {
    method: &'static str,
    tell: fn(&FakeChain, &mut Value),
    named: &'static str,
}

const LIARS: [Lie; 13] = [
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts[2]["logs"][0]["data"] = "0xff".into(),
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| drop(receipts[3]["logs"].as_array_mut().unwrap().pop()),
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| {
            let mut extra = receipts[3]["logs"][0].clone();
            extra["logIndex"] = "0x4".into();
            receipts[3]["logs"].as_array_mut().unwrap().push(extra);
        },
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| *receipts = json!([]),
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts.as_array_mut().unwrap().swap(0, 2),
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts[1]["status"] = "0x0".into(),
        named: "do not hash to the block's receipts root: expected",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |chain, receipts| *receipts = chain.blocks()[8].receipts(),
        named: "are those of block 0x",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts[3]["logs"][0]["logIndex"] = "0x4".into(),
        named: "have an odd log: expected the block's log 3, got log 4",
    },
    Lie {
        method: "eth_getBlockReceipts",
        tell: |_, receipts| receipts[3]["logs"][0]["blockNumber"] = "0x8".into(),
        named: "have an odd log",
    },
    Lie {
        method: "eth_getBlockByNumber",
        tell: |_, header| header["hash"] = json!(B256::repeat_byte(7)),
        named: "header of block 7 does not hash to 0x0707",
    },
    Lie {
        method: "eth_getBlockByNumber",
        tell: |_, header| header["parentHash"] = json!(B256::repeat_byte(7)),
        named: "header of block 7 does not hash to",
    },
    Lie {
        method: "eth_getBlockByNumber",
        tell: |_, header| header["timestamp"] = "0x1".into(),
        named: "header of block 7 does not hash to",
    },
    Lie {
        method: "eth_chainId",
        tell: |_, id| *id = "0xa".into(),
        named: "wrong chain: expected chain id 901, the node says 10",
    },
];

/// A node that tells a lie, of block 7 if it is of a block.
async fn liar(chain: &FakeChain, lie: &Lie) -> FakeNode {
    let chain = chain.clone();
    let (method, tell, mut left) = (lie.method, lie.tell, LIES);
    let seventh = [json!("0x7"), json!(chain.block_ref(7).hash)];
    FakeNode::start(move |asked, params| {
        let mut answer = chain.answer(asked, params);
        let is_meant = asked == method && (asked == "eth_chainId" || seventh.contains(&params[0]));
        if is_meant && left > 0 {
            left -= 1;
            tell(&chain, &mut answer["result"]);
        }
        answer
    })
    .await
}

#[tokio::test]
async fn a_lie_is_named_and_never_announced() {
    let chain = &chain(10);
    let checks = LIARS.iter().flat_map(|lie| [100, 1].map(|batch| (lie, batch)));
    let checks = checks.map(|(lie, batch)| async move {
        let node = liar(chain, lie).await;
        let mut mirror = follow(&node, batch, false);
        mirror.until(|mirror| mirror.offline.len() == 1).await;
        let named = &mirror.offline[0];
        assert!(named.contains(lie.named), "{named}, and not: {}", lie.named);
        assert!(mirror.blocks.iter().all(|found| found.block.number < 7), "{named}");
        // And it is said once, however often the lie is repeated.
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        assert_whole(&mirror, chain);
        assert_eq!((mirror.offline.len(), mirror.online), (1, 1), "{:?}", mirror.offline);
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn the_head_is_proven_as_well() {
    let chain = &chain(7);
    futures::future::join_all(LIARS.iter().map(|lie| async move {
        if lie.named.starts_with("are those of") {
            return;
        }
        let node = liar(chain, lie).await;
        // The head is asked for as the latest block; block 7 by number is what a pushed head leads to.
        let mut config = config(node.endpoint(), Start::Block(7));
        config.content = Content::Receipts { trusted: false };
        config.heads = HeadSource::Poll;
        let mut mirror = Mirror::with(config);
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        assert_eq!(mirror.blocks[0].logs, chain.blocks()[7].entries());
        assert_eq!(mirror.offline.len(), usize::from(lie.method != "eth_getBlockByNumber"));
    }))
    .await;
}

#[tokio::test]
async fn a_trusted_node_is_believed_as_far_as_it_is_consistent() {
    let chain = chain(20);
    let truth = chain.clone();
    let node = FakeNode::start(move |method, params| {
        let mut answer = truth.answer(method, params);
        match method {
            "eth_getBlockByNumber" => {
                answer["result"]
                    .as_object_mut()
                    .unwrap()
                    .retain(|key, _| ["hash", "number", "parentHash", "timestamp"].contains(&key.as_str()));
            }
            "eth_getBlockReceipts" => {
                for receipt in answer["result"].as_array_mut().unwrap() {
                    receipt["cumulativeGasUsed"] = "0x0".into();
                }
            }
            _ => {}
        }
        answer
    })
    .await;
    let mut mirror = follow(&node, 100, true);
    mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
    assert_whole(&mirror, &chain);
    assert_eq!(mirror.offline, [""; 0]);
    // Without trust, a header that cannot be proven is of no use.
    let mut mirror = follow(&node, 100, false);
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    assert!(mirror.offline[0].contains("missing field"), "{}", mirror.offline[0]);
}

#[tokio::test]
async fn a_node_that_refuses_hashes_is_asked_by_number() {
    let chain = chain(20);
    for batch in [100, 1] {
        let truth = chain.clone();
        let mut stray = true;
        let node = FakeNode::start(move |method, params| {
            let key = params[0].as_str().unwrap_or_default();
            if method == "eth_getBlockReceipts" && key.len() == 66 {
                return refusal(-32602, "invalid argument 0: hex number > 64 bits");
            }
            // Once, as if the chain had changed in between: no lie.
            if method == "eth_getBlockReceipts" && key == "0x7" && std::mem::take(&mut stray) {
                return json!({"result": truth.blocks()[8].receipts()});
            }
            truth.answer(method, params)
        })
        .await;
        let mut mirror = follow(&node, batch, false);
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        assert_whole(&mirror, &chain);
        assert_eq!(mirror.offline, [""; 0]);
    }
}

#[tokio::test]
async fn a_node_without_receipts_is_told_so() {
    let chain = chain(20);
    let chain_of_one = chain.refs()[..1].to_vec();
    let node = FakeNode::start(move |method, params| match method {
        "eth_getBlockReceipts" => refusal(-32601, "the method does not exist"),
        _ => chain.answer(method, params),
    })
    .await;
    let mut mirror = follow(&node, 100, false);
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    assert!(mirror.offline[0].contains("has neither eth_getBlockReceipts"), "{}", mirror.offline[0]);
    // The first block has no logs, so its header says all of it.
    assert_eq!(mirror.known(), chain_of_one);
}

/// The bloom filter, by which logs are told where nothing else is to be had, does not cover their data.
#[tokio::test]
async fn without_the_receipts_of_blocks_those_of_transactions_prove_the_data() {
    let chain = chain(20);
    for (lying_method, is_followed) in [("eth_getLogs", true), ("eth_getTransactionReceipt", false)] {
        for content in [Content::default(), Content::Receipts { trusted: false }] {
            let truth = chain.clone();
            let node = FakeNode::start(move |method, params| {
                let mut answer = match method {
                    "eth_getBlockReceipts" => refusal(-32601, "the method does not exist"),
                    "eth_getTransactionReceipt" => json!({"result": receipt(&truth, &params[0])}),
                    _ => truth.answer(method, params),
                };
                if method == lying_method {
                    let logs = if method == "eth_getLogs" {
                        &mut answer["result"]
                    } else {
                        &mut answer["result"]["logs"]
                    };
                    logs.as_array_mut().into_iter().flatten().for_each(|log| log["data"] = "0xff".into());
                }
                answer
            })
            .await;
            let mut config = config(node.endpoint(), Start::Genesis);
            (config.heads, config.content) = (HeadSource::Poll, content);
            let mut mirror = Mirror::with(config);
            if is_followed {
                mirror.until(|mirror| mirror.caught_up == 1).await;
                assert_eq!(mirror.known(), chain.refs());
                let logs = mirror.blocks.iter().map(|found| &found.logs);
                assert!(logs.eq(&chain.blocks().iter().map(|block| block.entries()).collect::<Vec<_>>()));
            } else {
                mirror.until(|mirror| !mirror.offline.is_empty()).await;
                assert!(mirror.offline[0].contains("do not hash to"), "{}", mirror.offline[0]);
                assert_eq!(mirror.known(), chain.refs()[..1]);
            }
        }
    }
}

fn receipt(chain: &FakeChain, hash: &Value) -> Value {
    let receipts =
        chain.blocks().iter().flat_map(|block| block.receipts().as_array().cloned().unwrap_or_default());
    receipts.into_iter().find(|receipt| receipt["transactionHash"] == *hash).unwrap_or_default()
}

#[tokio::test]
async fn a_block_without_logs_needs_no_receipts() {
    let mut chain = FakeChain::new(901, 0);
    for number in 1..=20 {
        chain.push(number, vec![FakeTransaction::deposit(vec![])]);
    }
    let truth = chain.clone();
    let node = FakeNode::start(move |method, params| match method {
        "eth_getBlockReceipts" => panic!("asked for {params}"),
        _ => truth.answer(method, params),
    })
    .await;
    let mut mirror = follow(&node, 7, false);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!(mirror.known(), chain.refs());
}

#[tokio::test]
async fn a_lie_about_a_label_changes_nothing() {
    let mut chain = chain(10);
    (chain.safe, chain.finalized) = (Some(8), Some(6));
    let (truth, mut left) = (chain.clone(), LIES);
    let node = FakeNode::start(move |method, params| {
        let mut answer = truth.answer(method, params);
        if params[0] == "safe" && left > 0 {
            left -= 1;
            answer["result"]["number"] = "0x9".into();
        }
        answer
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.content = Content::Receipts { trusted: false };
    config.labels = true;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1 && !mirror.labels.is_empty()).await;
    assert_eq!(mirror.labels, [(Some(chain.block_ref(8)), Some(chain.block_ref(6)))]);
    // What it says of the chain was true.
    assert_eq!((mirror.offline.len(), mirror.online), (0, 0));
    assert_whole(&mirror, &chain);
}
