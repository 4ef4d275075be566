//! Messages to the devnet's gateway: one that carries an executing message is never forwarded.

#![no_main]

use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::Decodable2718,
    hex,
    primitives::{Address, B256},
};
use causeway_devnet::fuzzing::{Fate, fate, request};
use causeway_interop::CROSS_L2_INBOX;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

fuzz_target!(|bytes: &[u8]| {
    whatever(bytes);
    if let Ok(Value::Object(junk)) = serde_json::from_slice(bytes) {
        carrier(junk, bytes.len());
    }
});

/// Whatever comes is forwarded only if another reader finds no carrier in it.
fn whatever(bytes: &[u8]) {
    match fate(bytes) {
        Fate::Forwarded => {
            // Numbers and escapes of parameters that are of no interest may be more than this reader takes.
            let Ok(message) = serde_json::from_slice::<Value>(bytes) else { return };
            match &message {
                Value::Array(calls) => {
                    assert!(!calls.is_empty() && !calls.iter().any(is_carrier), "{message}")
                }
                call => assert!(call.is_object() && !is_carrier(call), "{message}"),
            }
        }
        Fate::Answered => {}
        Fate::CallByCall { calls } => assert!(!calls.is_empty()),
    }
}

/// A request with the list, among other fields; none of these makes the gateway overlook it.
fn carrier(mut fields: Map<String, Value>, seed: usize) {
    let key = B256::repeat_byte(1);
    fields.insert("accessList".to_owned(), json!([{"address": CROSS_L2_INBOX, "storageKeys": [key]}]));
    let (method, params) = match seed % 4 {
        0 => ("eth_sendTransaction", json!([fields])),
        1 => ("eth_sendTransactionSync", json!([fields])),
        2 => ("eth_sendUnsignedTransaction", json!([fields])),
        _ => ("anvil_reorg", json!([1, [[fields, 0]]])),
    };
    let declared = if seed % 4 < 3 { request(&params.to_string()) } else { None };
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let message =
        if seed.is_multiple_of(3) { json!([{"id": 2, "method": "eth_chainId"}, call]) } else { call };
    match fate(message.to_string().as_bytes()) {
        Fate::CallByCall { calls } => {
            let last = calls.last().expect("a call");
            // It is refused, or every declaration is looked at.
            assert!(last.is_empty() || last == &[vec![key]], "{message}");
            assert!(declared.is_none_or(|keys| last == &[keys]), "{message}");
        }
        other => panic!("{message}: {other:?}"),
    }
}

fn is_carrier(call: &Value) -> bool {
    let params = &call["params"];
    match call["method"].as_str() {
        Some("eth_sendTransaction" | "eth_sendTransactionSync" | "eth_sendUnsignedTransaction") => {
            has_list(&params[0])
        }
        Some("eth_sendRawTransaction" | "eth_sendRawTransactionSync") => is_raw_carrier(&params[0]),
        Some("anvil_reorg") => {
            let pairs = if params.is_array() { &params[1] } else { &params["tx_block_pairs"] };
            let pairs = pairs.as_array().map(Vec::as_slice).unwrap_or_default();
            pairs.iter().any(|pair| has_list(&pair[0]) || is_raw_carrier(&pair[0]))
        }
        _ => false,
    }
}

fn has_list(request: &Value) -> bool {
    let items = request["accessList"].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().any(|item| {
        let address = item["address"].as_str().and_then(|address| address.parse::<Address>().ok());
        let keys = item["storageKeys"].as_array();
        address == Some(CROSS_L2_INBOX) && keys.is_some_and(|keys| !keys.is_empty())
    })
}

fn is_raw_carrier(raw: &Value) -> bool {
    let Some(bytes) = raw.as_str().and_then(|raw| hex::decode(raw).ok()) else { return false };
    let Ok(transaction) = TxEnvelope::decode_2718(&mut bytes.as_slice()) else { return false };
    let lists = transaction.access_list().into_iter().flat_map(|list| list.iter());
    lists.filter(|item| item.address == CROSS_L2_INBOX).any(|item| !item.storage_keys.is_empty())
}
