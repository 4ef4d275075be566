use alloy::primitives::{Address, B256, U256};
use causeway_store::{Cost, Landing, Store};
use serde_json::{Value, json};

use super::world::{NOW, TARGET, World, attempt, block, deliver, message_hash, refusal};

/// What a transaction cost in a block of chain 902 at a price of 3 wei, and 17 wei for the L1.
async fn pay(store: &Store, tx_hash: B256, block_number: u64, gas_used: u64) {
    let block = block(902, block_number, NOW);
    let landed_at = NOW + 2 * (block_number - 1);
    let (gas_price, l1_fee) = (3, Some(U256::from(17)));
    let fee = U256::from(gas_used * 3 + 17);
    let (block_hash, gas_refund) = (block.hash, None);
    let cost = Cost { block_number, block_hash, landed_at, gas_used, gas_price, fee, l1_fee, gas_refund };
    assert!(store.record_cost(tx_hash, &cost).await.unwrap());
}

/// The total of a delivery in block 2 and of a transaction in vain in block 1, under these keys.
fn total(keys: Value, delivered: bool, in_vain: bool) -> Value {
    let (gas, vain) = (50_000 * u64::from(delivered), 20_000 * u64::from(in_vain));
    let (fee, vain_fee) = (gas * 3 + 17 * u64::from(delivered), vain * 3 + 17 * u64::from(in_vain));
    let count = u64::from(delivered) + u64::from(in_vain);
    let mut total = json!({
        "source": null, "destination": null, "sender": null, "account": null, "day": null,
        "messages": count, "transactions": count, "gas": gas + vain, "fee": (fee + vain_fee).to_string(),
        "vainGas": vain, "vainFee": vain_fee.to_string(),
    });
    for (key, value) in keys.as_object().unwrap() {
        total[key] = value.clone();
    }
    total
}

#[tokio::test]
async fn costs_are_those_of_the_ledger() {
    let world = World::start().await;
    world.fill(2, 10).await;
    let (landed, in_vain) = (B256::repeat_byte(0xaa), B256::repeat_byte(0xbb));
    attempt(&world.store, landed, 0, 0).await;
    attempt(&world.store, in_vain, 1, 1).await;
    let block_hash = block(902, 1, 0).hash;
    let landing = Landing { block_number: 1, block_hash, success: false };
    world.store.record_landing(in_vain, landing, Some("no")).await.unwrap();
    pay(&world.store, in_vain, 1, 20_000).await;
    deliver(&world.store, 0, landed).await;
    pay(&world.store, landed, 2, 50_000).await;
    assert_eq!(world.store.costs_of(message_hash(1)).await.unwrap()[0].fee, U256::from(60_017));

    let route = json!({ "source": "901", "destination": "902" });
    let sender =
        |nonce| json!({ "source": "901", "account": Address::with_last_byte(nonce).to_checksum(None) });
    let target = json!({ "destination": "902", "account": TARGET.to_checksum(None) });
    let application = |nonce| {
        let (mut of, sender) = (target.clone(), sender(nonce));
        (of["source"], of["sender"]) = (sender["source"].clone(), sender["account"].clone());
        of
    };
    let day = json!({ "destination": "902", "day": "2023-11-14" });
    for (query, by, expected) in [
        (String::new(), "route", vec![total(route.clone(), true, true)]),
        ("?by=target".to_owned(), "target", vec![total(target.clone(), true, true)]),
        ("?by=day".to_owned(), "day", vec![total(day, true, true)]),
        (
            "?by=sender".to_owned(),
            "sender",
            vec![total(sender(0), true, false), total(sender(1), false, true)],
        ),
        (
            "?by=application".to_owned(),
            "application",
            vec![total(application(0), true, false), total(application(1), false, true)],
        ),
        (format!("?by=route&since={}", NOW + 1), "route", vec![total(route.clone(), true, false)]),
        (format!("?by=route&until={}", NOW + 2), "route", vec![total(route, false, true)]),
        (format!("?since={}", NOW + 3), "route", vec![]),
    ] {
        let told = world.json(&format!("/v1/costs{query}")).await;
        assert_eq!(told, json!({ "by": by, "costs": expected }), "{query}");
    }
    for query in ["by=week", "since=yesterday", "before=1"] {
        let answer = world.get(&format!("/v1/costs?{query}")).send().await.unwrap();
        assert_eq!(refusal(answer).await, (400, "bad-request".to_owned()), "{query}");
    }
    world.end().await;
}
