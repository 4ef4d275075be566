use alloy::{
    consensus::{SignableTransaction, TxEip1559},
    eips::{
        eip2718::Encodable2718,
        eip2930::{AccessList, AccessListItem},
    },
    network::TxSignerSync,
    primitives::{B256, TxKind, U256},
    signers::local::PrivateKeySigner,
};
use causeway_chain::test_utils::FakeNode;
use serde_json::json;

use super::*;

const GROUP_ORDER: U256 =
    alloy::primitives::uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// What a relayer asks for.
fn asked() -> TxEip1559 {
    TxEip1559 {
        chain_id: 902,
        nonce: 5,
        gas_limit: 100_000,
        max_fee_per_gas: 1_000,
        max_priority_fee_per_gas: 10,
        to: TxKind::Call(Address::repeat_byte(2)),
        value: U256::ZERO,
        access_list: AccessList(vec![AccessListItem {
            address: Address::repeat_byte(3),
            storage_keys: vec![B256::repeat_byte(4)],
        }]),
        input: Bytes::from_static(&[1, 2, 3]),
    }
}

fn raw(tx: TxEip1559, signature: Signature) -> String {
    hex::encode_prefixed(TxEnvelope::from(tx.into_signed(signature)).encoded_2718())
}

fn signed(mut tx: TxEip1559, by: &PrivateKeySigner) -> String {
    let signature = by.sign_transaction_sync(&mut tx).unwrap();
    raw(tx, signature)
}

/// What comes of a signer's answer.
async fn ask(key: &PrivateKeySigner, answer: Value) -> Result<Signature, String> {
    let node = FakeNode::start(move |method, _| {
        assert_eq!(method, "eth_signTransaction");
        answer.clone()
    })
    .await;
    let signer = RemoteSigner::new(&node.endpoint(), key.address(), &ConnectOptions::default()).unwrap();
    signer.sign(&mut asked()).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn what_was_asked_for_is_taken_in_each_form() {
    let key = PrivateKeySigner::random();
    let expected = key.sign_transaction_sync(&mut asked()).unwrap();
    let text = signed(asked(), &key);
    for result in [json!(text), json!({ "raw": text, "tx": {} })] {
        assert_eq!(ask(&key, json!({ "result": result })).await, Ok(expected));
    }
    // The other form of the same signature, which no node takes.
    let high = Signature::new(expected.r(), GROUP_ORDER - expected.s(), !expected.v());
    assert_eq!(ask(&key, json!({ "result": raw(asked(), high) })).await, Ok(expected));
}

#[tokio::test]
async fn what_was_not_asked_for_is_refused() {
    let key = PrivateKeySigner::random();
    type Change = fn(&mut TxEip1559);
    let changes: [(&str, Change); 9] = [
        ("chain", |tx| tx.chain_id = 903),
        ("nonce", |tx| tx.nonce = 6),
        ("recipient", |tx| tx.to = TxKind::Call(Address::repeat_byte(9))),
        ("value", |tx| tx.value = U256::from(1)),
        ("data", |tx| tx.input = Bytes::new()),
        ("fees", |tx| tx.max_fee_per_gas = 1_001),
        ("fees", |tx| tx.max_priority_fee_per_gas = 11),
        ("gas limit", |tx| tx.gas_limit = 100_001),
        ("access list", |tx| tx.access_list = AccessList::default()),
    ];
    for (part, change) in changes {
        let mut tx = asked();
        change(&mut tx);
        let said = ask(&key, json!({ "result": signed(tx.clone(), &key) })).await.unwrap_err();
        assert!(said.ends_with(&format!("asked for: other {part}")), "{part}: {said}");
        // Another transaction, with a signature that is the account's for what was asked for.
        let signature = key.sign_transaction_sync(&mut asked()).unwrap();
        let said = ask(&key, json!({ "result": raw(tx, signature) })).await.unwrap_err();
        assert!(said.ends_with(&format!("asked for: other {part}")), "{part}: {said}");
    }
    let other = PrivateKeySigner::random();
    let said = ask(&key, json!({ "result": signed(asked(), &other) })).await.unwrap_err();
    assert!(said.ends_with(&format!("with another key than that of {}", key.address())), "{said}");
}

#[tokio::test]
async fn junk_is_no_signature() {
    let key = PrivateKeySigner::random();
    let text = signed(asked(), &key);
    for result in [
        json!(null),
        json!(""),
        json!("0x"),
        json!("s3cret"),
        json!(7),
        json!([text]),
        json!({ "raw": 1 }),
        json!({ "tx": {} }),
        json!(format!("{text}00")),
        json!(text[..text.len() - 2]),
    ] {
        let said = ask(&key, json!({ "result": result })).await.unwrap_err();
        assert!(said.ends_with("something that is no signed transaction"), "{result}: {said}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_and_nothing_secret() {
    let key = PrivateKeySigner::random();
    let error = json!({ "error": { "code": -32_000, "message": "not allowed" } });
    assert!(ask(&key, error).await.unwrap_err().ends_with("refuses: not allowed"));

    let node = FakeNode::start(|_, _| json!({})).await;
    node.set_down(true);
    let address = node.endpoint().expose().replace("http://", "http://operator:s3cret@");
    let endpoint = format!("{address}k3y").parse().unwrap();
    let signer = RemoteSigner::new(&endpoint, key.address(), &ConnectOptions::default()).unwrap();
    let error = signer.sign(&mut asked()).await.unwrap_err();
    assert!(matches!(error, RemoteSignerError::Away { .. }), "{error:?}");
    let shown = format!("{error} {error:?} {signer:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("k3y") && !shown.contains("operator"), "{shown}");
}

/// Whoever gets hold of what a trial has signed can do nothing with it.
#[tokio::test]
async fn a_trial_takes_a_signature_of_what_no_block_can_have() {
    let key = PrivateKeySigner::random();
    let try_out = async |by: PrivateKeySigner, change: fn(&mut TxEip1559)| {
        let node = FakeNode::start(move |_, params| {
            let asked = params[0].clone();
            assert_eq!(
                (&asked["nonce"], &asked["maxFeePerGas"]),
                (&json!("0xffffffffffffffff"), &json!("0x0"))
            );
            assert_eq!((&asked["value"], &asked["chainId"]), (&json!("0x0"), &json!("0x386")));
            let mut tx = never_executed(902);
            change(&mut tx);
            json!({ "result": signed(tx, &by) })
        })
        .await;
        let signer = RemoteSigner::new(&node.endpoint(), key.address(), &ConnectOptions::default()).unwrap();
        signer.try_out(902).await
    };
    assert!(try_out(key.clone(), |_| {}).await.is_ok());
    // As one that leaves the access list away.
    let lost = try_out(key.clone(), |tx| tx.access_list = AccessList::default()).await;
    assert!(matches!(lost, Err(RemoteSignerError::Another { .. })), "{lost:?}");
    let strangers = try_out(PrivateKeySigner::random(), |_| {}).await;
    assert!(matches!(strangers, Err(RemoteSignerError::AnotherKey { .. })), "{strangers:?}");
}
