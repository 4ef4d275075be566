//! What nodes answer: headers whose hash is proven, and receipts whose root is computed and whose logs are taken.

#![no_main]

use alloy::{
    consensus::{Eip658Value, Receipt, ReceiptEnvelope, TxReceipt, proofs::calculate_receipt_root},
    primitives::{B256, Log},
    rpc::types::TransactionReceipt,
};
use causeway_chain::{BlockRef, fuzzing};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    header(text);
    receipts(text);
});

fn header(text: &str) {
    let header = fuzzing::header(text);
    let Some(proven) = fuzzing::proven_header(text) else { return };
    assert_eq!(header, Some(proven));
    // Its hash stands for every field that is used: with another value of one it is not proven.
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else { return };
    let other = [
        ("hash", json!(B256::repeat_byte(0xfe))),
        ("parentHash", json!(B256::repeat_byte(0xfe))),
        ("receiptsRoot", json!(B256::repeat_byte(0xfe))),
        ("number", json!("0xfefefe")),
        ("timestamp", json!("0xfefefe")),
    ];
    for (key, value) in other {
        let mut fields = fields.clone();
        if fields.insert(key.to_owned(), value.clone()) != Some(value) {
            assert_eq!(fuzzing::proven_header(&Value::Object(fields).to_string()), None, "{key}");
        }
    }
}

fn receipts(text: &str) {
    let root = fuzzing::receipts_root(text);
    if let (Some(root), Some(known)) = (root, known_root(text)) {
        assert_eq!(root, known);
    }
    let Some(block) = block(text) else { return };
    let Some(logs) = fuzzing::logs(block, text) else { return };
    assert!(root.is_some());
    assert_eq!(logs.block, block);
    assert!(logs.deposit_logs as usize <= logs.logs.len());
    for (index, log) in (0..).zip(&logs.logs) {
        assert!(log.log_index == index && log.topics.len() <= 4);
    }
    let Ok(Value::Array(receipts)) = serde_json::from_str(text) else { return };
    let counts = receipts.iter().filter_map(|receipt| receipt["logs"].as_array()).map(Vec::len);
    assert_eq!(logs.logs.len(), counts.sum::<usize>());
}

/// The block that the first receipt claims to be of.
fn block(text: &str) -> Option<BlockRef> {
    let receipts: Value = serde_json::from_str(text).ok()?;
    let receipt = receipts.get(0)?;
    let number = receipt["blockNumber"].as_str()?.strip_prefix("0x")?;
    Some(BlockRef {
        number: u64::from_str_radix(number, 16).ok()?,
        hash: receipt["blockHash"].as_str()?.parse().ok()?,
        parent_hash: B256::ZERO,
        timestamp: 0,
    })
}

/// The root as alloy computes it, if it can read the receipts and they have statuses.
fn known_root(text: &str) -> Option<B256> {
    let receipts: Vec<TransactionReceipt> = serde_json::from_str(text).ok()?;
    let envelopes = receipts.into_iter().map(envelope).collect::<Option<Vec<_>>>()?;
    Some(calculate_receipt_root(&envelopes))
}

fn envelope(receipt: TransactionReceipt) -> Option<ReceiptEnvelope> {
    let logs = receipt.inner.logs().iter().map(|log| Log::clone(&log.inner));
    let inner = receipt.inner.as_receipt()?;
    let plain = Receipt {
        status: matches!(inner.status, Eip658Value::Eip658(_)).then_some(inner.status)?,
        cumulative_gas_used: inner.cumulative_gas_used,
        logs: logs.collect(),
    };
    let plain = plain.into_with_bloom();
    Some(match receipt.inner {
        ReceiptEnvelope::Legacy(_) => ReceiptEnvelope::Legacy(plain),
        ReceiptEnvelope::Eip2930(_) => ReceiptEnvelope::Eip2930(plain),
        ReceiptEnvelope::Eip1559(_) => ReceiptEnvelope::Eip1559(plain),
        ReceiptEnvelope::Eip4844(_) => ReceiptEnvelope::Eip4844(plain),
        ReceiptEnvelope::Eip7702(_) => ReceiptEnvelope::Eip7702(plain),
    })
}
