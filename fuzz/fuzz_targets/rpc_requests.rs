//! Bodies of requests to the verifier, through the server's own gate and methods, but for the socket: every answer is
//! JSON-RPC, with the id of the call.

#![no_main]

use alloy::primitives::{Address, B256, U256, keccak256};
use causeway_interop::DependencySet;
use causeway_verifier::{
    Admission, Core, Header, IndexedBlock, LogIndex, OutputRoots, ServerConfig, SourceEvent, Verifier,
    fuzzing::Counter,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};
use tokio::runtime::{Builder, Runtime};

static WORLD: LazyLock<(Runtime, Counter)> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let config = ServerConfig { rate_limit: 0, ..ServerConfig::default() };
    let counter = runtime.block_on(async { Counter::new(verifier(), &config) });
    (runtime, counter.expect("a server"))
});

fuzz_target!(|body: &[u8]| {
    let (runtime, counter) = &*WORLD;
    let (status, answer) = runtime.block_on(counter.answer(body));
    assert!(matches!(status, 200 | 400 | 413), "{status}");
    if answer.is_empty() {
        return;
    }
    let answer: Value = match serde_json::from_slice(&answer) {
        Ok(answer) => answer,
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&answer)),
    };
    match &answer {
        // So the library answers notifications over HTTP.
        Value::Null => assert!(asked(body).is_none()),
        Value::Array(answers) => {
            assert!(!answers.is_empty());
            answers.iter().for_each(is_an_answer);
        }
        answer => is_an_answer(answer),
    }
    if let Some(id) = asked(body) {
        assert_eq!(answer["id"], id, "{answer}");
    }
});

fn is_an_answer(answer: &Value) {
    let fields = answer.as_object().expect("an object");
    assert_eq!(answer["jsonrpc"], "2.0", "{answer}");
    assert!(fields.contains_key("id"), "{answer}");
    assert!(fields.contains_key("result") != fields.contains_key("error"), "{answer}");
    assert_eq!(fields.len(), 3, "{answer}");
    if let Some(error) = fields.get("error") {
        assert!(error["code"].is_i64() && error["message"].is_string(), "{answer}");
    }
}

/// The id of a call that is beyond doubt one.
fn asked(body: &[u8]) -> Option<Value> {
    let call: Value = serde_json::from_slice(body).ok()?;
    let fields = call.as_object().filter(|fields| fields.len() == 4)?;
    let is_call = call["jsonrpc"] == "2.0" && call["method"].is_string() && fields.contains_key("params");
    // A key that is there twice may be read in two ways.
    let is_canonical = call.to_string().len() == body.len();
    fields.get("id").filter(|id| is_call && is_canonical && (id.is_u64() || id.is_string())).cloned()
}

/// Two chains of three blocks with four logs each; nobody carries out orders.
fn verifier() -> Verifier {
    let ids = [901, 902].map(U256::from);
    let set = DependencySet::mesh(ids).expect("a set");
    let mut core = Core::resume(LogIndex::in_memory().expect("an index"), set.clone()).expect("a core");
    let mut news = Vec::new();
    for chain_id in ids {
        news.extend(blocks(chain_id).into_iter().map(|block| (chain_id, SourceEvent::Block(block))));
        news.extend([(chain_id, SourceEvent::HistoryComplete), (chain_id, SourceEvent::Online)]);
    }
    let step = core.step(news).expect("a step");
    let (verifier, _desk) =
        Verifier::new(step.view, Admission::new(set), 1_000, OutputRoots::new(BTreeMap::new()));
    verifier
}

fn blocks(chain_id: U256) -> Vec<IndexedBlock> {
    let hash = |number: u64| keccak256([chain_id.to_be_bytes_vec(), number.to_be_bytes().to_vec()].concat());
    let block = |number: u64| {
        let header = Header {
            number,
            hash: hash(number),
            parent_hash: hash(number - 1),
            timestamp: 1_000_000 + 2 * number,
        };
        let mut block = IndexedBlock::new(header);
        for log in 0..4 {
            block.push_log(Address::repeat_byte(log), &[B256::repeat_byte(log)], &[]).expect("a log");
        }
        block
    };
    (1..4).map(block).collect()
}
