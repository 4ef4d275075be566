use super::{Counted, options, patient, pool, shared};
use crate::support::{Anvil, refusal};
use alloy::{
    consensus::{SignableTransaction, TxEip1559},
    eips::Encodable2718,
    network::TxSignerSync,
    primitives::{Address, B256, TxKind, U256},
    providers::{DynProvider, Provider},
    signers::local::PrivateKeySigner,
    transports::TransportError,
};
use causeway_chain::{
    Endpoints, connect, is_transient,
    test_utils::{Gate, Mode},
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const SEND: &str = "eth_sendRawTransaction";

/// Three nodes that say what they are told to of a transaction; nothing means that they hang up.
struct Three {
    nodes: [Counted; 3],
    says: Arc<Mutex<[Value; 3]>>,
    provider: DynProvider,
    endpoints: Endpoints,
}

impl Three {
    async fn new() -> Self {
        let chain = shared(5);
        let says: Arc<Mutex<[Value; 3]>> = Arc::default();
        let node = async |place: usize| {
            let says = Arc::clone(&says);
            let answer =
                move |method: &str, _: &Value| (method == SEND).then(|| says.lock().unwrap()[place].clone());
            Counted::with(&chain, answer).await
        };
        let nodes = [node(0).await, node(1).await, node(2).await];
        let [a, b, c] = nodes.each_ref().map(|node| node.node.endpoint());
        let endpoints = pool(&[&a, &b, &c], options());
        let provider = connect(&endpoints, &patient()).unwrap();
        Self { nodes, says, provider, endpoints }
    }

    async fn send(&self, tx: &str, says: [Value; 3]) -> Result<B256, TransportError> {
        *self.says.lock().unwrap() = says;
        self.provider.raw_request(SEND.into(), [tx]).await
    }
}

fn took() -> Value {
    json!({"result": B256::repeat_byte(1)})
}

fn no(message: &str) -> Value {
    refusal(-32000, message)
}

fn is_refusal(error: &TransportError, words: &str) -> bool {
    error.as_error_resp().is_some_and(|payload| payload.message.contains(words))
}

#[tokio::test]
async fn it_goes_to_all_and_one_is_enough() {
    let three = Three::new().await;
    assert_eq!(three.send("0x01", [took(), took(), took()]).await.unwrap(), B256::repeat_byte(1));
    super::eventually(|| three.nodes.iter().all(|node| node.count(SEND) == 1)).await;
    let low = || no("nonce too low");
    for says in [[took(), low(), low()], [low(), took(), low()], [low(), no("underpriced"), took()]] {
        assert_eq!(three.send("0x02", says).await.unwrap(), B256::repeat_byte(1));
    }
    let known = three.send("0x03", [low(), no("already known"), no("insufficient funds")]).await.unwrap_err();
    assert!(is_refusal(&known, "already known"), "{known}");
}

#[tokio::test]
async fn a_refusal_is_one_only_if_all_refuse() {
    let three = Three::new().await;
    let poor = || no("insufficient funds");
    let error = three.send("0x01", [poor(), poor(), poor()]).await.unwrap_err();
    assert!(is_refusal(&error, "insufficient funds"), "{error}");
    let error = three.send("0x01", [poor(), no("nonce too low"), poor()]).await.unwrap_err();
    assert!(is_refusal(&error, "nonce too low"), "{error}");
    let error = three.send("0x01", [poor(), no("something new"), poor()]).await.unwrap_err();
    assert!(is_refusal(&error, "something new"), "{error}");
    // Behind one of them is an outage: it may have it.
    let error = three.send("0x01", [poor(), refusal(-32603, "internal error"), poor()]).await.unwrap_err();
    assert!(is_transient(&error), "{error}");
}

#[tokio::test]
async fn who_took_it_and_is_gone_is_not_forgotten() {
    let three = Three::new().await;
    let poor = || no("insufficient funds");
    three.send("0x01", [poor(), took(), poor()]).await.unwrap();
    // No answer of the one that has it.
    three.nodes[1].node.set_down(true);
    let error = three.send("0x01", [poor(), poor(), poor()]).await.unwrap_err();
    assert!(is_transient(&error) && error.as_error_resp().is_none(), "{error}");
    // Now it is passed over, and not asked: what it holds it holds.
    let before = three.nodes[1].count(SEND);
    for _ in 0..3 {
        let error = three.send("0x01", [poor(), poor(), poor()]).await.unwrap_err();
        assert!(error.as_error_resp().is_none() && is_transient(&error), "{error}");
        assert!(error.to_string().contains("may have taken"), "{error}");
    }
    assert_eq!(three.nodes[1].count(SEND), before);
    // Of another transaction it knows nothing.
    let error = three.send("0x02", [poor(), poor(), poor()]).await.unwrap_err();
    assert!(is_refusal(&error, "insufficient funds"), "{error}");
    // And its own word counts when it is back.
    three.nodes[1].node.set_down(false);
    super::eventually(|| three.endpoints.stats().nodes[1].reason.is_empty()).await;
    let error = three.send("0x01", [poor(), poor(), poor()]).await.unwrap_err();
    assert!(is_refusal(&error, "insufficient funds"), "{error}");
}

#[tokio::test]
async fn a_real_node_takes_what_another_refuses() {
    let anvil = Anvil::start(901).await;
    let (refuses, loses) = (Gate::before(anvil.port).await, Gate::before(anvil.port).await);
    let endpoints = pool(&[&refuses.endpoint(), &loses.endpoint()], options());
    let provider = connect(&endpoints, &patient()).unwrap();
    let key: PrivateKeySigner =
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80".parse().unwrap();
    let raw = |nonce: u64| {
        let mut tx = TxEip1559 {
            chain_id: 901,
            nonce,
            gas_limit: 21_000,
            max_fee_per_gas: 10_000_000_000,
            to: TxKind::Call(Address::ZERO),
            value: U256::from(1),
            ..TxEip1559::default()
        };
        let signature = key.sign_transaction_sync(&mut tx).unwrap();
        tx.into_signed(signature).encoded_2718()
    };
    let refuse = Mode::Refuse { method: SEND, times: 1, code: -32000, message: "insufficient funds" };
    refuses.set(refuse.clone());
    let taken = provider.send_raw_transaction(&raw(0)).await.unwrap();
    anvil.mine(1).await;
    assert!(provider.get_transaction_receipt(*taken.tx_hash()).await.unwrap().is_some());
    // It arrives, and the answer is lost: nobody may believe the one who refuses.
    refuses.set(refuse);
    loses.set(Mode::HoldAnswer(SEND));
    let bytes = raw(1);
    let sending = tokio::spawn({
        let provider = provider.clone();
        async move { provider.send_raw_transaction(&bytes).await.map(|_| ()) }
    });
    loses.requests(SEND, 2).await;
    refuses.requests(SEND, 2).await;
    loses.set(Mode::Pass);
    let error = sending.await.unwrap().unwrap_err();
    assert!(error.as_error_resp().is_none() && is_transient(&error), "{error}");
}
