//! Checks over HTTP: every answer that there is.

use crate::{
    chain::{Block, Log, genesis},
    rpc_world::{HERE, MAX_ENTRIES, SOURCE, entries, world},
};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, Checksum, ExecutingMessage, msg_hash};
use causeway_verifier::{SourceEvent, Step};
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_on_the_chain_is_admitted_under_both_names() {
    let world = world().await;
    let both = [0, 1].map(|index| world.block.access(SOURCE, index));
    for method in ["interop_checkAccessList", "supervisor_checkAccessList"] {
        assert_eq!(world.call(method, world.params(&both)).await, Value::Null);
    }
    let by_name = json!({
        "inboxEntries": entries(&both), "minSafety": "unsafe",
        "executingDescriptor": {"chainID": "0x386", "timestamp": world.timestamp(), "timeout": "0x10"},
    });
    assert_eq!(world.call("interop_checkAccessList", by_name).await, Value::Null);
    assert_eq!(world.call("interop_ping", json!([])).await, Value::Null);
}

#[tokio::test]
async fn what_is_not_known_yet_is_a_retry_and_what_is_false_is_not() {
    let world = world().await;
    let good = world.block.access(SOURCE, 0);
    let future = Access { block_number: 2, timestamp: good.timestamp + 2, ..good };
    let forged = Access { checksum: Checksum(B256::repeat_byte(3)), ..good };
    let beyond = Access { log_index: 9, ..good };
    let late = Access { timestamp: good.timestamp + 1, ..good };
    let foreign = Access { chain_id: U256::from(5), ..good };
    let expired = Access { timestamp: good.timestamp - 604_800, ..good };
    for (access, code, rule) in [
        (future, -321401, "block-not-known"),
        (forged, -320600, "checksum-mismatch"),
        (beyond, -320600, "log-not-found"),
        (late, -320600, "timestamp-mismatch"),
        (foreign, -320501, "unknown-chain"),
        (expired, -320600, "expired"),
    ] {
        let error = world.error("interop_checkAccessList", world.params(&[good, access])).await;
        assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(code), &json!(rule)), "{error}");
        let data = &error["data"];
        assert_eq!((&data["entry"], &data["retry"]), (&json!(1), &json!(code == -321401)), "{error}");
        assert_eq!(data["storageKeys"], json!(entries(&[access])), "{error}");
        assert_eq!(data["chainId"], json!(access.chain_id.to_string()));
        assert_eq!(data["blockNumber"], json!(access.block_number));
        assert_eq!(
            (&data["logIndex"], &data["timestamp"]),
            (&json!(access.log_index), &json!(access.timestamp))
        );
    }
    let error = world.error("interop_checkAccessList", world.params(&[late])).await;
    assert_eq!(
        (&error["data"]["expected"], &error["data"]["actual"]),
        (&json!(late.timestamp), &json!(good.timestamp))
    );
}

#[tokio::test]
async fn history_that_is_not_fetched_is_a_retry() {
    let mut world = world().await;
    let block = Block::above(&world.block.header, 1, vec![Log::of(3)]);
    let first = Block::above(&block.header, 1, Vec::new());
    world.news([(SOURCE, SourceEvent::Forget), (SOURCE, SourceEvent::Block(first.indexed()))]);
    assert_eq!(world.code(&[block.access(SOURCE, 0)]).await, -320400);
}

#[tokio::test]
async fn levels_of_safety_are_asked_for_by_name() {
    let mut world = world().await;
    let access = world.block.access(SOURCE, 0);
    let params =
        |level: &str| json!([entries(&[access]), level, {"chainID": 902, "timestamp": access.timestamp + 1}]);
    let error = world.error("interop_checkAccessList", params("finalized")).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-321401), &json!("not-safe-enough")));
    let label = Some((1, world.block.header.hash));
    world.news([(SOURCE, SourceEvent::Labels { safe: label, finalized: label })]);
    for level in ["unsafe", "cross-unsafe", "local-safe", "safe", "finalized"] {
        assert_eq!(world.call("interop_checkAccessList", params(level)).await, Value::Null, "{level}");
    }
}

#[tokio::test]
async fn a_chain_in_trouble_is_a_retry() {
    let mut world = world().await;
    let access = world.block.access(SOURCE, 0);
    world.news([(SOURCE, SourceEvent::Suspended { reason: "it forked deeply".into() })]);
    let error = world.error("interop_checkAccessList", world.params(&[access])).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320400), &json!("suspended")));
    assert!(error["message"].as_str().is_some_and(|text| text.contains("it forked deeply")), "{error}");
    // The other fork may have what is not here.
    let elsewhere = Access { checksum: Checksum(B256::repeat_byte(3)), ..access };
    assert_eq!(world.code(&[elsewhere]).await, -320400);
    // What no fork can have is refused as ever.
    let expired = Access { timestamp: access.timestamp - 604_800, ..access };
    assert_eq!(world.code(&[expired]).await, -320600);
}

#[tokio::test]
async fn a_block_about_to_be_replaced_is_a_retry() {
    let mut world = world().await;
    let mut lie = world.block.identifier(SOURCE, 0);
    lie.log_index = 7;
    let lie = ExecutingMessage { msg_hash: msg_hash(&[], b"never"), identifier: lie };
    let bad = Block::above(&Block::above(&genesis(), 1, Vec::new()).header, 1, vec![Log::executing(&lie)]);
    let below = Block::above(&genesis(), 1, Vec::new());
    world.news([&below, &bad].map(|block| (HERE, SourceEvent::Block(block.indexed()))));
    let error = world.error("interop_checkAccessList", world.params(&[bad.access(HERE, 0)])).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320400), &json!("falling")), "{error}");
    // The block that replaces it may have it.
    let elsewhere = Access { checksum: Checksum(B256::repeat_byte(3)), ..bad.access(HERE, 0) };
    assert_eq!(world.code(&[elsewhere]).await, -320400);

    let status = world.call("interop_status", json!([])).await;
    let fallen = &status["fallen"][0];
    assert_eq!((&fallen["chainId"], &fallen["block"]["number"]), (&json!("902"), &json!(2)), "{status}");
    assert_eq!(fallen["cause"], json!("log-not-found"));
}

#[tokio::test]
async fn failsafe_refuses_everything_and_says_so_to_all() {
    let mut world = world().await;
    assert_eq!(world.call("admin_getFailsafeEnabled", json!([])).await, json!(false));
    let view = world.core.set_failsafe(true).expect("it is written");
    world.desk.publish(&Step { view, removed: vec![], fallen: vec![], adrift: Default::default() });
    let error = world.error("interop_checkAccessList", world.params(&[world.block.access(SOURCE, 0)])).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320602), &json!("failsafe")));
    assert!(error["message"].as_str().is_some_and(|text| text.contains("failsafe is enabled")), "{error}");
    assert_eq!(world.call("admin_getFailsafeEnabled", json!([])).await, json!(true));
}

#[tokio::test]
async fn malformed_lists_and_parameters_are_named() {
    let world = world().await;
    let error = world
        .error(
            "interop_checkAccessList",
            json!([[B256::repeat_byte(9)], "unsafe", {"chainID": "902", "timestamp": "0x1"}]),
        )
        .await;
    assert_eq!((&error["code"], &error["data"]["storageKey"]), (&json!(-32602), &json!(0)), "{error}");
    assert_eq!(error["data"]["rule"], json!("unexpected-entry-type"));

    let error = world.error("interop_checkAccessList", json!([[], "unsafe", {"timestamp": "0x1"}])).await;
    assert_eq!(error["code"], json!(-32602));
    assert_eq!(error["data"]["parameter"], json!("executingDescriptor.chainID"));
    assert!(error["message"].as_str().is_some_and(|text| text.contains("oldest form")), "{error}");
}

#[tokio::test]
async fn entries_are_capped_and_large_requests_judged_all_the_same() {
    let world = world().await;
    let access = world.block.access(SOURCE, 0);
    assert_eq!(world.code(&vec![access; MAX_ENTRIES / 2]).await, 0);
    let error =
        world.error("interop_checkAccessList", world.params(&vec![access; MAX_ENTRIES / 2 + 1])).await;
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-320400), &json!("too-many-entries")));
    assert_eq!((&error["data"]["expected"], &error["data"]["actual"]), (&json!(1000), &json!(1002)));
}

#[tokio::test]
async fn too_early_is_a_retry_and_goes_after_what_is_false() {
    let world = world().await;
    let good = world.block.access(SOURCE, 0);
    let forged = Access { checksum: Checksum(B256::repeat_byte(3)), ..good };
    let list = |accesses: &[Access], timestamp: u64| {
        json!({"inboxEntries": entries(accesses), "minSafety": "unsafe",
               "executingDescriptor": {"chainID": "902", "timestamp": timestamp}})
    };
    let (now, before) = (good.timestamp, good.timestamp - 1);
    let lists = [
        list(&[good], now + 1),
        list(&[good], now),
        list(&[good], before),
        list(&[good, forged], before),
        list(&[forged, good], before),
    ];
    let expected = [
        (0, ""),
        (-321401, "same-timestamp"),
        (-321401, "future-message"),
        (-320600, "checksum-mismatch"),
        (-320600, "checksum-mismatch"),
    ];
    let many = world.call("interop_checkAccessLists", json!([lists])).await;
    for (index, (code, rule)) in expected.into_iter().enumerate() {
        let one = world.answer("interop_checkAccessList", lists[index].clone()).await;
        assert_eq!(one.get("error").unwrap_or(&Value::Null), &many[index], "{one}");
        if code == 0 {
            assert_eq!(many[index], Value::Null);
            continue;
        }
        let (error, retry) = (&many[index], code == -321401);
        assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(code), &json!(rule)), "{error}");
        assert_eq!(error["data"]["retry"], json!(retry), "{error}");
    }
    let error = &many[2];
    assert_eq!(
        (&error["data"]["expected"], &error["data"]["actual"]),
        (&json!(now), &json!(before)),
        "{error}"
    );
}

/// Serde reads a struct from an array as well.
#[tokio::test]
async fn what_is_an_object_is_not_read_from_an_array() {
    let world = world().await;
    let entries = entries(&[world.block.access(SOURCE, 0)]);
    let timestamp = world.timestamp();
    for descriptor in
        [json!(["902", timestamp]), json!(["902", timestamp, "0x1"]), json!(["902", timestamp, null])]
    {
        let error = world.error("interop_checkAccessList", json!([entries, "unsafe", descriptor])).await;
        assert_eq!(
            (&error["code"], &error["data"]["parameter"]),
            (&json!(-32602), &json!("executingDescriptor")),
            "{error}"
        );
        let list = json!({"inboxEntries": entries, "minSafety": "unsafe", "executingDescriptor": descriptor});
        let error = world.error("interop_checkAccessLists", json!([[list]])).await;
        assert_eq!(error["code"], json!(-32602), "{error}");
    }
    let list = json!([entries, "unsafe", {"chainID": "902", "timestamp": timestamp}]);
    let error = world.error("interop_checkAccessLists", json!([[list]])).await;
    assert_eq!(error["code"], json!(-32602), "{error}");
    // A whole call.
    let body = r#"[["2.0",1,"interop_ping",[]],{"jsonrpc":"2.0","id":2,"method":"interop_ping"}]"#;
    let response = world.client.post(world.url("/")).header("content-type", "application/json").body(body);
    let answer: Value = response.send().await.expect("it answers").json().await.expect("JSON");
    assert_eq!((&answer[0]["id"], &answer[0]["error"]["code"]), (&Value::Null, &json!(-32600)), "{answer}");
    assert_eq!((&answer[1]["id"], &answer[1]["result"]), (&json!(2), &Value::Null), "{answer}");
}

#[tokio::test]
async fn many_lists_are_judged_in_one_call() {
    let world = world().await;
    let good = world.block.access(SOURCE, 0);
    let bad = Access { log_index: 9, ..good };
    let list = |accesses: &[Access]| {
        json!({"inboxEntries": entries(accesses), "minSafety": "unsafe",
               "executingDescriptor": {"chainID": "902", "timestamp": world.timestamp()}})
    };
    let answer =
        world.call("interop_checkAccessLists", json!([[list(&[good]), list(&[good, bad]), list(&[])]])).await;
    assert_eq!((&answer[0], &answer[2]), (&Value::Null, &Value::Null), "{answer}");
    assert_eq!((&answer[1]["code"], &answer[1]["data"]["entry"]), (&json!(-320600), &json!(1)), "{answer}");

    let half = list(&vec![good; MAX_ENTRIES / 2]);
    let error = world.error("interop_checkAccessLists", json!([[half, list(&[good])]])).await;
    assert_eq!(
        (&error["code"], &error["data"]["rule"]),
        (&json!(-320400), &json!("too-many-entries")),
        "{error}"
    );
    let error = world.error("interop_checkAccessLists", json!([[{"minSafety": "unsafe"}]])).await;
    assert_eq!(error["data"]["parameter"], json!("inboxEntries"), "{error}");
}

#[tokio::test]
async fn batches_are_answered_call_by_call_up_to_a_limit() {
    let world = world().await;
    let call = |id: usize, params: &Value| json!({"jsonrpc": "2.0", "id": id, "method": "interop_checkAccessList", "params": params});
    let good = world.params(&[world.block.access(SOURCE, 0)]);
    let batch = json!([call(1, &good), {"jsonrpc": "2.0", "method": "interop_ping"}, 5, call(2, &json!([]))]);
    let send = |batch: Value| world.client.post(world.url("/")).json(&batch).send();
    let answer: Value = send(batch).await.expect("it answers").json().await.expect("JSON");
    assert_eq!(answer.as_array().map(Vec::len), Some(3), "{answer}");
    assert_eq!((&answer[0]["id"], &answer[0]["result"]), (&json!(1), &Value::Null));
    assert_eq!(answer[1]["error"]["code"], json!(-32600));
    assert_eq!((&answer[2]["id"], &answer[2]["error"]["code"]), (&json!(2), &json!(-32602)));

    let many: Vec<Value> = (0..101).map(|id| call(id, &good)).collect();
    let answer: Value = send(json!(many)).await.expect("it answers").json().await.expect("JSON");
    assert_eq!(answer["error"]["code"], json!(-32010), "{answer}");
}
