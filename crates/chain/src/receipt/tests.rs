use super::*;
use alloy::{
    consensus::{Eip658Value, Receipt as Known, ReceiptEnvelope, proofs::calculate_receipt_root},
    primitives::{Log, keccak256},
};
use serde_json::{Value, json};

/// RLP from first principles.
enum Item {
    Bytes(Vec<u8>),
    List(Vec<Self>),
}

impl Item {
    fn number(value: u64) -> Self {
        Self::Bytes(value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect())
    }

    fn encode(&self) -> Vec<u8> {
        let (base, payload) = match self {
            Self::Bytes(bytes) if bytes.len() == 1 && bytes[0] < 0x80 => return bytes.clone(),
            Self::Bytes(bytes) => (0x80, bytes.clone()),
            Self::List(items) => (0xc0, items.iter().flat_map(Self::encode).collect()),
        };
        let length: Vec<u8> =
            (payload.len() as u64).to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        let head = match payload.len() {
            short @ 0..56 => vec![base + short as u8],
            _ => [vec![base + 55 + length.len() as u8], length].concat(),
        };
        [head, payload].concat()
    }
}

fn logs(count: u8) -> Vec<Log> {
    (0..count)
        .map(|n| {
            let topics = (0..n % 5).map(B256::repeat_byte).collect();
            Log::new(Address::repeat_byte(n), topics, vec![n; usize::from(n) * 23].into()).unwrap()
        })
        .collect()
}

/// The receipt as a node shows it, with fields that are of no interest and a bloom filter that is wrong.
fn receipt(kind: &str, status: bool, gas: u64, logs: &[Log], more: Value) -> Receipt {
    let logs: Vec<_> = logs
        .iter()
        .enumerate()
        .map(|(index, log)| {
            json!({
                "address": log.address, "topics": log.topics(), "data": log.data.data, "blockHash": B256::ZERO,
                "blockNumber": "0x7", "logIndex": U64::from(index), "transactionIndex": "0x0", "removed": false,
            })
        })
        .collect();
    let mut value = json!({
        "type": kind, "status": if status { "0x1" } else { "0x0" }, "cumulativeGasUsed": U64::from(gas),
        "logs": logs, "logsBloom": "0x", "blockHash": B256::ZERO, "transactionHash": B256::ZERO, "l1Fee": "0x1",
        "contractAddress": null,
    });
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(value).unwrap()
}

fn encoded(receipt: &Receipt) -> Vec<u8> {
    let mut out = Vec::new();
    receipt.encode(&receipt.bloom(), &mut out);
    out
}

#[test]
fn the_types_of_ethereum_equal_the_reference() {
    type Wrap = fn(alloy::consensus::ReceiptWithBloom<Known>) -> ReceiptEnvelope;
    let kinds: [(&str, Wrap); 4] = [
        ("0x0", ReceiptEnvelope::Legacy),
        ("0x1", ReceiptEnvelope::Eip2930),
        ("0x2", ReceiptEnvelope::Eip1559),
        ("0x4", ReceiptEnvelope::Eip7702),
    ];
    // Enough receipts for keys of more than one byte.
    let (ours, reference): (Vec<_>, Vec<_>) = (0_u8..200)
        .map(|n| {
            let (kind, wrap) = kinds[usize::from(n) % 4];
            let (logs, status, gas) = (logs(n % 9), n % 3 != 0, u64::from(n) * 21_000);
            let known =
                Known { status: Eip658Value::Eip658(status), cumulative_gas_used: gas, logs: logs.clone() };
            (receipt(kind, status, gas, &logs, json!({})), wrap(known.with_bloom()))
        })
        .unzip();
    for count in [0, 1, 2, 127, 128, 129, 200] {
        assert_eq!(receipts_root(&ours[..count]), calculate_receipt_root(&reference[..count]), "{count}");
    }
    // Nodes of before EIP-2718 tell no type.
    let untyped: Receipt = serde_json::from_value(json!({
        "status": "0x0", "cumulativeGasUsed": "0x0", "logs": [], "blockHash": B256::ZERO,
        "transactionHash": B256::ZERO,
    }))
    .unwrap();
    assert_eq!(encoded(&untyped), encoded(&ours[0]));
}

#[test]
fn deposits_hold_their_nonce_since_they_have_a_version() {
    let (logs, gas) = (logs(3), 46_913);
    let mut bloom = Bloom::ZERO;
    logs.iter().for_each(|log| bloom.accrue_log(log));
    let item = |log: &Log| {
        let topics = log.topics().iter().map(|topic| Item::Bytes(topic.to_vec())).collect();
        Item::List(vec![
            Item::Bytes(log.address.to_vec()),
            Item::List(topics),
            Item::Bytes(log.data.data.to_vec()),
        ])
    };
    let expected = |more: &[u64]| {
        let mut items = vec![
            Item::number(1),
            Item::number(gas),
            Item::Bytes(bloom.to_vec()),
            Item::List(logs.iter().map(item).collect()),
        ];
        items.extend(more.iter().copied().map(Item::number));
        [vec![0x7e], Item::List(items).encode()].concat()
    };
    let with = |kind: &str, more: Value| encoded(&receipt(kind, true, gas, &logs, more));
    assert_eq!(with("0x7e", json!({})), expected(&[]), "Bedrock");
    assert_eq!(with("0x7E", json!({"depositNonce": "0x3e8"})), expected(&[]), "Regolith");
    let canyon = json!({"depositNonce": "0x3e8", "depositReceiptVersion": "0x1"});
    assert_eq!(with("0x7e", canyon.clone()), expected(&[1000, 1]), "Canyon");
    let first = json!({"depositNonce": "0x0", "depositReceiptVersion": "0x1"});
    assert_eq!(with("0x7e", first), expected(&[0, 1]));
    // Only deposits have one.
    assert_eq!(with("0x2", canyon)[1..], expected(&[])[1..]);

    // The root of one leaf, whose key is the RLP of 0: the byte 0x80, behind the prefix of an even leaf.
    let canyon = json!({"depositNonce": "0x3e8", "depositReceiptVersion": "0x1"});
    let leaf = Item::List(vec![Item::Bytes(vec![0x20, 0x80]), Item::Bytes(expected(&[1000, 1]))]).encode();
    assert_eq!(receipts_root(&[receipt("0x7e", true, gas, &logs, canyon)]), keccak256(leaf));
}

#[test]
fn a_bloom_filter_of_the_node_proves_nothing_by_itself() {
    let with = |gas: u64, bloom: Value| receipt("0x2", true, gas, &logs(3), json!({"logsBloom": bloom}));
    let right = with(1, json!(with(1, json!("0x")).bloom()));
    let root = receipts_root(std::slice::from_ref(&right));
    for bloom in
        [json!(right.bloom()), json!(null), json!("0x"), json!(Bloom::ZERO), json!(Bloom::repeat_byte(0xff))]
    {
        assert_eq!(prove_receipts(&[with(1, bloom.clone())], root), Ok(()), "{bloom}");
        let other = with(2, bloom);
        assert_eq!(prove_receipts(std::slice::from_ref(&other), root), Err(receipts_root(&[other])));
    }
}

#[test]
fn what_cannot_be_encoded_cannot_be_read() {
    let fields = json!({"cumulativeGasUsed": "0x1", "logs": [], "blockHash": B256::ZERO, "transactionHash": B256::ZERO});
    assert!(serde_json::from_value::<Receipt>(fields.clone()).is_err(), "no status");
    let mut fields = fields;
    fields["status"] = "0x1".into();
    assert!(serde_json::from_value::<Receipt>(fields.clone()).is_ok());
    fields["type"] = "0x100".into();
    assert!(serde_json::from_value::<Receipt>(fields).is_err(), "no type of one byte");
}
