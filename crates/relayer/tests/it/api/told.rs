//! What the client library reads of the API is what the store says.

use alloy::primitives::{B256, U256};
use causeway_client::{
    delivery::SentReceipt,
    status::{RelayerApi, RelayerWord},
};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use causeway_store::{Landing, Store};
use serde_json::json;

use super::world::{TOKEN, World, attempt, block, deliver, message_hash};

/// A message of the store as whoever sent it has it.
async fn receipt(store: &Store, nonce: u64) -> SentReceipt {
    let record = store.message(message_hash(nonce)).await.unwrap().unwrap();
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: 1,
        log_index: 0,
        timestamp: 1,
        chain_id: U256::from(record.source),
    };
    SentReceipt {
        payload: record.sent.encode_payload().into(),
        message: record.sent,
        identifier,
        message_hash: record.hash,
        tx_hash: B256::ZERO,
        block_hash: B256::ZERO,
    }
}

#[tokio::test]
async fn the_client_reads_what_the_store_says() {
    let world = World::start().await;
    world.fill(5, 10).await;
    world.catch_up().await;
    let api = RelayerApi::new(format!("http://{}", world.address).parse().unwrap()).unwrap();
    let (signed, failed, landed) = (B256::repeat_byte(1), B256::repeat_byte(2), B256::repeat_byte(3));
    attempt(&world.store, signed, 0, 0).await;
    attempt(&world.store, failed, 1, 1).await;
    let block_hash = block(902, 1, 0).hash;
    let landing = Landing { block_number: 1, block_hash, success: false };
    world.store.record_landing(failed, landing, Some("Refused(7)")).await.unwrap();
    attempt(&world.store, landed, 2, 2).await;
    deliver(&world.store, 2, landed).await;

    let skip = world.post(&format!("/v1/messages/{}/skip", message_hash(4)));
    assert!(
        skip.bearer_auth(TOKEN)
            .json(&json!({ "reason": "on a list" }))
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );

    let word = |state, tx_hash, reason: Option<&str>, next: &str| RelayerWord {
        state: Some(state),
        tx_hash,
        reason: reason.map(str::to_owned),
        next: Some(next.to_owned()),
        note: None,
    };
    let taken_out = "nothing: an operator took it out (on a list); a retry puts it back";
    for (nonce, expected) in [
        (0, word("in-flight", Some(signed), None, "on-its-way")),
        (1, word("failed", Some(failed), Some("Refused(7)"), "tried-again")),
        (2, word("delivered", Some(landed), None, "delivered")),
        (3, word("pending", None, Some("it is judged and sent when its turn comes"), "queued")),
        (4, word("pending", None, Some(taken_out), "skipped")),
    ] {
        assert_eq!(api.ask(&receipt(&world.store, nonce).await).await, expected, "{nonce}");
    }
    // One that it has never seen.
    let unknown = SentReceipt { message_hash: B256::ZERO, ..receipt(&world.store, 0).await };
    let answer = api.ask(&unknown).await;
    assert_eq!((answer.state, answer.note.as_deref()), (None, Some("the relayer does not know the message")));
    // Its own path, and one too many.
    let elsewhere = RelayerApi::new(format!("http://{}/v1", world.address).parse().unwrap()).unwrap();
    let answer = elsewhere.ask(&unknown).await;
    assert_eq!((answer.state, answer.note.as_deref()), (None, Some("what answered is no relayer")));
    world.end().await;
}
