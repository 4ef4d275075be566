//! A node that does not tell all logs: an index that lags, or one of another block. Nothing is lost, nothing is believed.

use crate::support::{EMITTER, FakeChain, FakeNode, FakeTransaction, Mirror, TOPIC, config, refusal};
use alloy::primitives::{Address, B256, Bytes, Log, U256};
use causeway_chain::{HeadSource, Start};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// How often each lie is told about a block before the node reforms.
const LIES: usize = 3;

/// What a lagging node answers instead of the list that it was asked for.
type Lie = fn(&FakeChain, u64, &Value) -> Value;

const LIES_ABOUT_LOGS: [(&str, Lie); 6] = [
    ("none", |_, _, _| json!([])),
    ("half of them", |_, _, truth| {
        let list = truth.as_array().unwrap();
        json!(list[..list.len() / 2])
    }),
    ("the other half", |_, _, truth| {
        let list = truth.as_array().unwrap();
        json!(list[list.len() / 2..])
    }),
    ("those of the parent", |chain, number, truth| {
        let parent = &chain.blocks()[number.saturating_sub(1) as usize];
        let is_receipts = truth[0]["logs"].is_array();
        if is_receipts { parent.receipts() } else { json!(parent.logs()) }
    }),
    ("with another index", |_, _, truth| change(truth, |log| log["logIndex"] = "0x9".into())),
    ("with another hash", |_, _, truth| change(truth, |log| log["blockHash"] = json!(B256::repeat_byte(1)))),
];

/// The list with its first log changed.
fn change(truth: &Value, how: impl Fn(&mut Value)) -> Value {
    let mut list = truth.clone();
    let entries = list.as_array_mut().unwrap();
    let logs = entries.iter_mut().flat_map(|entry| match entry["logs"].is_array() {
        true => entry["logs"].as_array_mut().unwrap().iter_mut().collect::<Vec<_>>(),
        false => vec![entry],
    });
    if let Some(log) = logs.into_iter().next() {
        how(log);
    }
    list
}

/// How the node differs from one whose receipts can be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `eth_getBlockReceipts` does not exist.
    NoReceipts,
    /// `eth_getBlockReceipts` costs extra.
    RefusesReceipts,
    /// Receipts that we do not know how to encode.
    StrangeReceipts,
    /// Receipts that we do not know how to read, either.
    UnreadableReceipts,
    /// Headers with a field that we do not know.
    StrangeHeaders,
    /// The same, and the bloom filters are left empty.
    EmptyBlooms,
}

impl Kind {
    fn answer(self, method: &str, mut honest: Value) -> Value {
        let receipts = "eth_getBlockReceipts";
        match (self, method) {
            (Self::NoReceipts, "eth_getBlockReceipts") => return refusal(-32601, "method not found"),
            (Self::RefusesReceipts, "eth_getBlockReceipts") => return refusal(-32000, "upgrade your plan"),
            (Self::StrangeReceipts, _) if method == receipts => {
                for receipt in honest["result"].as_array_mut().into_iter().flatten() {
                    receipt["type"] = "0x7d".into();
                }
            }
            (Self::UnreadableReceipts, _) if method == receipts => {
                for receipt in honest["result"].as_array_mut().into_iter().flatten() {
                    receipt["status"] = Value::Null;
                }
            }
            (Self::StrangeHeaders | Self::EmptyBlooms, "eth_getBlockByNumber") => {
                honest["result"]["extraData"] = "0xabcd".into();
                if self == Self::EmptyBlooms {
                    honest["result"]["logsBloom"] = format!("0x{}", "00".repeat(256)).into();
                }
            }
            _ => {}
        }
        honest
    }
}

/// Blocks with four messages each, by two transactions, beside logs of others; and blocks with logs of others only.
fn chain(length: u64) -> FakeChain {
    let mut chain = FakeChain::new(901, 1000);
    let message = |nonce: u64| {
        Log::new_unchecked(EMITTER, vec![TOPIC, U256::from(nonce).into()], Bytes::from(vec![nonce as u8]))
    };
    let foreign =
        |n: u64| Log::new_unchecked(Address::with_last_byte(9), vec![U256::from(n).into()], Bytes::new());
    for number in 1..=length {
        let first = number * 4;
        let mut transactions = vec![FakeTransaction::deposit(vec![foreign(first)])];
        if number % 3 != 0 {
            transactions.push(FakeTransaction::user(vec![message(first), message(first + 1)]));
            transactions.push(FakeTransaction::user(vec![
                message(first + 2),
                message(first + 3),
                foreign(number),
            ]));
        }
        chain.push(1000 + number * 2, transactions);
    }
    chain
}

/// A node of this kind that tells a lie when it is asked for the logs, or the receipts, of a block.
async fn liar(chain: &FakeChain, kind: Kind, lie: Lie) -> FakeNode {
    let chain = chain.clone();
    let mut told = HashMap::<String, usize>::new();
    FakeNode::start(move |method, params| {
        let mut answer = kind.answer(method, chain.answer(method, params));
        let is_list = answer["result"].is_array();
        let key = match method {
            "eth_getLogs" => params[0].to_string(),
            _ => params[0].as_str().unwrap_or_default().to_owned(),
        };
        let count = told.entry(key).or_default();
        if is_list && *count < LIES {
            *count += 1;
            let of = |block: &&causeway_chain::BlockRef| params.to_string().contains(&block.hash.to_string());
            let number = chain.refs().iter().find(of).map_or(0, |block| block.number);
            answer["result"] = lie(&chain, number, &answer["result"]);
        }
        answer
    })
    .await
}

#[tokio::test]
async fn no_log_is_lost_and_none_is_made_up() {
    use Kind as K;
    let chain = &chain(12);
    let kinds = [
        K::Plain,
        K::NoReceipts,
        K::RefusesReceipts,
        K::StrangeReceipts,
        K::UnreadableReceipts,
        K::StrangeHeaders,
        K::EmptyBlooms,
    ];
    let cases = kinds.iter().flat_map(|kind| LIES_ABOUT_LOGS.map(|lie| (*kind, lie)));
    let checks = cases.flat_map(|case| [100, 1].map(|batch| (case, batch)));
    let checks = checks.map(|((kind, (what, lie)), batch)| async move {
        let node = liar(chain, kind, lie).await;
        let mut config = config(node.endpoint(), Start::Genesis);
        config.heads = HeadSource::Poll;
        config.max_batch = batch;
        let mut mirror = Mirror::with(config);
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        for (found, truth) in mirror.blocks.iter().zip(chain.blocks()) {
            let expected: Vec<_> = truth.entries().into_iter().filter(|log| log.address == EMITTER).collect();
            assert_eq!(
                found.logs, expected,
                "{kind:?}, {what}, {batch} at once, block {}",
                found.block.number
            );
        }
        assert_eq!((mirror.known(), &mirror.reorgs[..]), (chain.refs(), &[][..]));
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn an_index_that_is_a_block_late_loses_nothing() {
    for kind in [Kind::Plain, Kind::NoReceipts] {
        let chain = Arc::new(Mutex::new(chain(4)));
        let node = FakeNode::start({
            let chain = Arc::clone(&chain);
            move |method, params| {
                let chain = chain.lock().unwrap();
                let answer = kind.answer(method, chain.answer(method, params));
                let is_of_head = params.to_string().contains(&chain.head().hash.to_string());
                if method == "eth_getLogs" && is_of_head { json!({"result": []}) } else { answer }
            }
        })
        .await;
        let mut config = config(node.endpoint(), Start::Genesis);
        config.heads = HeadSource::Poll;
        let mut mirror = Mirror::with(config);
        let long = self::chain(20);
        for length in 5..=20 {
            *chain.lock().unwrap() = self::chain(length);
            // The parent at the latest is told in full.
            let parent = long.block_ref(length - 1);
            mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number >= parent.number)).await;
        }
        for (found, truth) in mirror.blocks.iter().zip(long.blocks()) {
            let count = truth.entries().iter().filter(|log| log.address == EMITTER).count();
            assert_eq!(found.logs.len(), count, "{kind:?}, block {}", found.block.number);
        }
    }
}

#[tokio::test]
async fn what_can_be_shown_in_no_way_is_said() {
    let chain = chain(4);
    let node = FakeNode::start(move |method, params| {
        let mut answer = Kind::StrangeReceipts.answer(method, chain.answer(method, params));
        if method == "eth_getBlockByNumber" {
            answer = Kind::EmptyBlooms.answer(method, answer);
        }
        answer
    })
    .await;
    let mut config = config(node.endpoint(), Start::Block(1));
    config.heads = HeadSource::Poll;
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    assert!(mirror.offline[0].contains("do not hash to the block's receipts root"), "{}", mirror.offline[0]);
    assert!(mirror.blocks.is_empty());
}
