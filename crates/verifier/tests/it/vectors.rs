//! The vectors of the protocol that an admission shows, through an index.

use crate::chain::{Block, Log, genesis};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, DependencySet, Member, SafetyLevel, SameTimestamp, parse_chain_id};
use causeway_verifier::{
    Admission, Core, ExecutingDescriptor, Header, LogIndex, NoRecall, Refusal, SourceEvent, View,
};
use serde_json::Value;
use std::sync::Arc;

const HERE: U256 = U256::from_limbs([902, 0, 0, 0]);

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../interop/tests/data/interop.json")).expect("it is JSON")
}

fn number(value: &Value) -> u64 {
    value.as_str().map_or_else(|| value.as_u64(), |text| text.parse().ok()).expect("a number")
}

/// What is known when a chain has one block of one log, at a number and a timestamp.
fn world(set: &DependencySet, chain_id: U256, number: u64, timestamp: u64) -> (Arc<View>, Access) {
    let mut block = Block::above(&genesis(), 1, vec![Log::of(1)]);
    block.header = Header { number, timestamp, ..block.header };
    let mut core = Core::resume(LogIndex::in_memory().expect("an index"), set.clone()).expect("a core");
    let step = core.step(vec![(chain_id, SourceEvent::Block(block.indexed()))]).expect("it is applied");
    (step.view, block.access(chain_id, 0))
}

fn set(chain_id: U256, window: u64) -> DependencySet {
    let member = Member { activation: 0, block_time: 0 };
    let builder = DependencySet::builder().chain(chain_id, member).chain(HERE, member).expiry_window(window);
    builder.build().expect("a set")
}

#[test]
fn times_of_admission() {
    let vectors = vectors();
    let cases = vectors["access_check_timing"]["cases"].as_array().expect("cases");
    assert!(!cases.is_empty());
    for case in cases {
        let chain_id = U256::from(901);
        let set = set(chain_id, number(&case["expiryWindow"]));
        let (view, access) = world(&set, chain_id, 5, number(&case["initTimestamp"]));
        let admission = Admission::new(set);
        let executing = ExecutingDescriptor {
            chain_id: HERE,
            timestamp: number(&case["execTimestamp"]),
            timeout: number(&case["timeout"]),
        };
        let entries: Vec<B256> = access.entries().collect();
        let checked = admission.check(&entries, SafetyLevel::Unsafe, &executing, &view, &NoRecall);
        let rule = match case["error"].as_str() {
            None => {
                checked.unwrap_or_else(|refusal| panic!("{case}: {refusal}"));
                continue;
            }
            // What is true a second later is no reason to drop anything.
            Some("broke timestamp invariant") => ("future-message", -321401),
            Some("not allow intra-timestamp") => ("same-timestamp", -321401),
            Some("overflow") => ("timestamp-overflow", -320600),
            Some("expired") => ("expired", -320600),
            Some("timeout") => ("expires-before-timeout", -320600),
            Some(other) => panic!("no rule for {other}"),
        };
        let refusal = checked.expect_err("it is refused");
        assert_eq!((refusal.rule(), refusal.rpc_code()), rule, "{case}");
    }
}

#[test]
fn lists_that_are_malformed() {
    let vectors = vectors();
    let set = set(U256::from(901), 0);
    let (view, _) = world(&set, U256::from(901), 5, 100);
    let executing = ExecutingDescriptor { chain_id: HERE, timestamp: 100, timeout: 0 };
    let cases = vectors["access_list_parse_errors"]["cases"].as_array().expect("cases");
    assert!(!cases.is_empty());
    for case in cases {
        let entries: Vec<B256> = serde_json::from_value(case["entries"].clone()).expect("entries");
        let admission = Admission::new(set.clone());
        let checked = admission.check(&entries, SafetyLevel::Unsafe, &executing, &view, &NoRecall);
        // No entries declare no message, and there is nothing to refuse; only the parser of one message wants some.
        if entries.is_empty() {
            checked.expect("nothing is declared");
            continue;
        }
        let refusal = checked.expect_err("it is refused");
        assert!(matches!(refusal, Refusal::Malformed(_)), "{case}: {refusal}");
        assert_eq!(refusal.rpc_code(), -32602, "{case}");
    }
}

/// Chain ids of more than 64 bits are looked up and checked as they are: nothing of them is cut off.
#[test]
fn lists_of_large_chains() {
    let vectors = vectors();
    for case in vectors["access_list_encoding"].as_array().expect("cases") {
        let chain_id = parse_chain_id(case["chainId"].as_str().expect("an id")).expect("an id");
        let set = set(chain_id, 0);
        let timestamp = number(&case["timestamp"]);
        let (view, access) = world(&set, chain_id, number(&case["blockNumber"]), timestamp);
        let executing = ExecutingDescriptor { chain_id: HERE, timestamp, timeout: 0 };
        let admission = Admission::new(set).with_same_timestamp(SameTimestamp::Allowed);
        let code = |access: &Access| {
            let entries: Vec<B256> = access.entries().collect();
            let checked = admission.check(&entries, SafetyLevel::Unsafe, &executing, &view, &NoRecall);
            checked.map_err(|refusal| refusal.rpc_code())
        };
        assert_eq!(code(&access), Ok(()));
        // The same log on a chain whose id differs in the upper bits only.
        let other = Access { chain_id: chain_id ^ (U256::ONE << 200), ..access };
        assert_eq!(code(&other), Err(-320501));
    }
}
