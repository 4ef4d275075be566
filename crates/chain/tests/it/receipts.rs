use crate::support::{Anvil, EMITTER, Mirror, TOPIC, config};
use alloy::primitives::{Address, B256, address, hex};
use causeway_chain::{Content, Start};
use serde_json::json;

/// The first accounts of anvil's well-known mnemonic, which the node signs for.
const SENDERS: [Address; 3] = [
    address!("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
    address!("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"),
    address!("0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc"),
];

fn all(anvil: &Anvil) -> Mirror {
    let mut config = config(anvil.endpoint(), Start::Genesis);
    config.content = Content::Receipts { trusted: false };
    Mirror::with(config)
}

#[tokio::test]
async fn what_a_real_node_says_is_proven() {
    let anvil = Anvil::start(901).await;
    for count in [0, 1, 3, 0, 150] {
        anvil.mine_logs(count).await;
    }
    let mut mirror = all(&anvil);
    mirror.reach(&anvil).await;
    // Pushed heads too.
    anvil.mine_logs(2).await;
    mirror.reach(&anvil).await;
    anvil.reorg(2).await;
    anvil.mine_logs(1).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
    assert_eq!((mirror.offline.len(), mirror.reorgs.len()), (0, 1));
    assert!(mirror.blocks.iter().all(|found| found.deposit_logs == 0));
}

#[tokio::test]
async fn deposits_of_a_real_node_are_proven_and_counted() {
    let anvil =
        Anvil::with(&["--port", "0", "--chain-id", "901", "--network", "optimism", "--order", "fifo"]).await;
    let send = async |sender: usize, more: serde_json::Value| {
        let mut transaction = json!({"from": SENDERS[sender], "to": EMITTER, "input": hex::encode_prefixed(TOPIC), "gas": "0xc350"});
        transaction.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        anvil.call("eth_sendTransaction", json!([transaction])).await;
    };
    for n in 0..2 {
        let source = B256::with_last_byte(n);
        send(n.into(), json!({"type": "0x7e", "sourceHash": source, "mint": "0x1", "isSystemTx": false}))
            .await;
    }
    send(2, json!({"gasPrice": "0x77359400"})).await;
    send(2, json!({"gasPrice": "0x77359400", "accessList": []})).await;
    send(2, json!({"maxFeePerGas": "0x77359400"})).await;
    anvil.mine(1).await;
    let mut mirror = all(&anvil);
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
    let found = &mirror.blocks[1];
    assert_eq!((found.logs.len(), found.deposit_logs, mirror.offline.len()), (5, 2, 0));
}
