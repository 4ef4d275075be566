//! What operators and their monitors read.

use crate::{
    chain::{Block, Log, genesis},
    rpc_world::{HERE, SOURCE, World, world},
};
use alloy_primitives::{B256, keccak256};
use causeway_interop::{output_root, super_root};
use causeway_verifier::{Header, IndexedBlock, SourceEvent};
use reqwest::StatusCode;
use serde_json::{Value, json};

fn online(world: &mut World) {
    world.news([
        (SOURCE, SourceEvent::Online),
        (SOURCE, SourceEvent::HistoryComplete),
        (HERE, SourceEvent::Online),
        (HERE, SourceEvent::HistoryComplete),
    ]);
}

/// Both chains have block 1, which is safe; of chain 901 it is final.
fn safe(world: &mut World) -> [Header; 2] {
    let here = Block::above(&genesis(), 2, Vec::new());
    let [source_head, here_head] = [world.block.header, here.header];
    let label = |header: &Header| Some((header.number, header.hash));
    world.news([
        (HERE, SourceEvent::Block(here.indexed())),
        (SOURCE, SourceEvent::Labels { safe: label(&source_head), finalized: label(&source_head) }),
        (HERE, SourceEvent::Labels { safe: label(&here_head), finalized: None }),
    ]);
    [source_head, here_head]
}

#[tokio::test]
async fn ready_is_when_every_chain_is_followed_with_its_history() {
    let mut world = world().await;
    assert_eq!(world.page("/health").await, (StatusCode::OK, "ok\n".to_owned()));
    let (status, body) = world.page("/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(
        (&body["ready"], &body["chains"]["901"]["state"]),
        (&json!(false), &json!("starting")),
        "{body}"
    );

    online(&mut world);
    let (status, body) = world.page("/ready").await;
    assert_eq!(status, StatusCode::OK, "{body}");

    // Where nothing older is to be had, waiting for it is no use.
    world.news([
        (HERE, SourceEvent::Forget),
        (HERE, SourceEvent::Block(IndexedBlock::new(genesis()))),
        (HERE, SourceEvent::Online),
    ]);
    assert_eq!(world.page("/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
    world.news([(HERE, SourceEvent::HistoryEnds { reason: "its node has nothing older".into() })]);
    let (status, body) = world.page("/ready").await;
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let chain = &body["chains"]["902"];
    assert_eq!((status, &chain["historyComplete"]), (StatusCode::OK, &json!(false)), "{body}");
    assert_eq!(
        (&chain["historyEnds"], &chain["firstBlock"]),
        (&json!("its node has nothing older"), &json!(0)),
        "{body}"
    );

    world.news([(HERE, SourceEvent::Offline { reason: "connection refused".into() })]);
    let (status, body) = world.page("/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["chains"]["902"]["reason"], json!("connection refused"), "{body}");
    assert_eq!(body["chains"]["901"]["state"], json!("following"), "{body}");
    assert_eq!(body["failsafe"], json!(false), "{body}");
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let mut world = world().await;
    online(&mut world);
    let access = world.block.access(SOURCE, 0);
    let mut forged = access;
    forged.log_index = 9;
    assert_eq!([world.code(&[access]).await, world.code(&[forged]).await], [0, -320600]);
    world.error("interop_checkAccessList", json!([])).await;
    let (status, text) = world.page("/metrics").await;
    assert_eq!(status, StatusCode::OK);
    for line in [
        "causeway_verifier_checks_total{outcome=\"admitted\"} 1",
        "causeway_verifier_checks_total{outcome=\"invalid\"} 1",
        "causeway_verifier_checks_total{outcome=\"malformed\"} 1",
        "causeway_verifier_checks_total{outcome=\"rate_limited\"} 0",
        "causeway_verifier_entries_total 4",
        "causeway_verifier_calls_total 3",
        "causeway_verifier_check_seconds_count 3",
        "causeway_verifier_check_seconds_bucket{le=\"0.00001\"}",
        "causeway_verifier_check_seconds_bucket{le=\"2\"} 3",
        "causeway_verifier_head_number{chain_id=\"901\",level=\"unsafe\"} 1",
        "causeway_verifier_chain_state{chain_id=\"901\",state=\"following\"} 1",
        "causeway_verifier_chain_state{chain_id=\"901\",state=\"offline\"} 0",
        "causeway_verifier_history_complete{chain_id=\"902\"} 1",
        "causeway_verifier_first_block{chain_id=\"901\"} 0",
        "causeway_verifier_fallen_blocks{chain_id=\"901\"} 0",
        "causeway_verifier_connections 1",
        "causeway_verifier_failsafe 0",
        "causeway_verifier_verdicts_total{rule=\"valid\"} 1",
        "causeway_verifier_verdicts_total{rule=\"log-not-found\"} 1",
        "causeway_verifier_verdicts_total{rule=\"other\"} 0",
        "causeway_verifier_overturned_verdicts_total 0",
        "causeway_verifier_polling{chain_id=\"901\"} 1",
        "causeway_verifier_fallbacks_total{chain_id=\"901\"} 0",
        "causeway_build_info{version=\"",
        "commit=\"unknown\"} 1",
        "process_resident_memory_bytes ",
        "process_cpu_seconds_total ",
        "process_open_fds ",
        "process_start_time_seconds ",
        "# HELP causeway_verifier_reorgs_total",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn metrics_tell_what_was_overturned_and_how_heads_are_heard_of() {
    let mut world = world().await;
    online(&mut world);
    world.news([(SOURCE, SourceEvent::Pushed(true))]);
    assert_eq!(world.code(&[world.block.access(SOURCE, 0)]).await, 0);
    let (_, text) = world.page("/metrics").await;
    assert!(text.contains("causeway_verifier_polling{chain_id=\"901\"} 0"), "{text}");
    world.news([(SOURCE, SourceEvent::Pushed(false)), (SOURCE, SourceEvent::Reorg { ancestor: genesis() })]);
    let (_, text) = world.page("/metrics").await;
    for line in [
        "causeway_verifier_overturned_verdicts_total 1",
        "causeway_verifier_polling{chain_id=\"901\"} 1",
        "causeway_verifier_fallbacks_total{chain_id=\"901\"} 1",
        "causeway_verifier_reorgs_total{chain_id=\"901\"} 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn status_says_everything() {
    let mut world = world().await;
    online(&mut world);
    let status = world.call("interop_status", json!([])).await;
    let chain = &status["chains"]["901"];
    assert_eq!((&status["failsafe"], &status["fallen"]), (&json!(false), &json!([])));
    assert_eq!((&chain["state"], &chain["historyComplete"]), (&json!("following"), &json!(true)), "{status}");
    assert_eq!(chain["heads"]["unsafe"]["hash"], json!(world.block.header.hash), "{status}");
    assert_eq!(
        (&chain["heads"]["safe"]["number"], &chain["first"]["number"]),
        (&json!(0), &json!(0)),
        "{status}"
    );
    assert!(status["cache"]["hits"].is_u64() && status["diskBytes"].is_u64(), "{status}");

    world.news([(SOURCE, SourceEvent::Forget)]);
    let status = world.call("interop_status", json!([])).await;
    let chain = &status["chains"]["901"];
    assert_eq!((&chain["heads"]["safe"], &chain["first"]), (&Value::Null, &Value::Null), "{chain}");
}

#[tokio::test]
async fn block_hashes_are_found_by_number() {
    let world = world().await;
    let hash = json!(world.block.header.hash);
    for params in
        [json!(["901", "latest"]), json!([901, "0x1"]), json!({"chainID": "0x385", "blockNumber": 1})]
    {
        assert_eq!(world.call("interop_getBlockHashByNumber", params).await, hash);
    }
    let error = world.error("interop_getBlockHashByNumber", json!(["901", "0x2"])).await;
    assert!(error["message"].as_str().is_some_and(|text| text.contains("not found")), "{error}");
    assert_eq!(
        world.error("interop_getBlockHashByNumber", json!(["5", "0x2"])).await["code"],
        json!(-320501)
    );
    assert_eq!(
        world.error("interop_getBlockHashByNumber", json!(["901", "newest"])).await["code"],
        json!(-32602)
    );
    assert_eq!(world.error("interop_nothing", json!([])).await["code"], json!(-32601));
}

#[tokio::test]
async fn heads_have_the_shapes_of_the_reference() {
    let mut world = world().await;
    let [source, here] = safe(&mut world);
    let id = |header: &Header| json!({"hash": header.hash, "number": header.number});
    let zero = json!({"hash": B256::ZERO, "number": 0});
    assert_eq!(world.call("supervisor_localUnsafe", json!(["901"])).await, id(&source));
    assert_eq!(world.call("supervisor_crossUnsafe", json!(["901"])).await, id(&source));
    assert_eq!(world.call("supervisor_finalized", json!(["901"])).await, id(&source));
    assert_eq!(world.call("supervisor_finalized", json!(["902"])).await, id(&genesis()));
    for method in ["supervisor_localSafe", "supervisor_crossSafe"] {
        assert_eq!(world.call(method, json!(["902"])).await, json!({"source": zero, "derived": id(&here)}));
    }
    assert_eq!(world.error("supervisor_crossSafe", json!(["5"])).await["code"], json!(-320501));

    let status = world.call("supervisor_syncStatus", json!([])).await;
    assert_eq!(
        status["minSyncedL1"],
        json!({"hash": B256::ZERO, "number": 0, "parentHash": B256::ZERO, "timestamp": 0})
    );
    assert_eq!(
        (&status["safeTimestamp"], &status["finalizedTimestamp"]),
        (&json!(source.timestamp), &json!(genesis().timestamp))
    );
    let local_unsafe = &status["chains"]["902"]["localUnsafe"];
    assert_eq!(
        (&local_unsafe["hash"], &local_unsafe["timestamp"]),
        (&json!(here.hash), &json!(here.timestamp))
    );
    assert_eq!(status["chains"]["901"]["safe"], id(&source), "{status}");

    world.news([(HERE, SourceEvent::Forget)]);
    assert_eq!(world.call("supervisor_localUnsafe", json!(["902"])).await, zero);
    assert_eq!(
        world.call("supervisor_crossSafe", json!(["902"])).await,
        json!({"source": zero, "derived": zero})
    );
    let status = world.call("supervisor_syncStatus", json!([])).await;
    assert_eq!((&status["safeTimestamp"], &status["chains"]["902"]["safe"]), (&json!(0), &zero), "{status}");
}

/// The nodes' answers: block, with withdrawals root.
fn node_says(world: &World, headers: [&Header; 2]) {
    for header in headers {
        let root = |word: &str| keccak256([header.hash.as_slice(), word.as_bytes()].concat());
        world.node.push_success(
            &json!({"hash": header.hash, "stateRoot": root("state"), "withdrawalsRoot": root("passer")}),
        );
    }
}

fn root_of(header: &Header) -> B256 {
    let root = |word: &str| keccak256([header.hash.as_slice(), word.as_bytes()].concat());
    output_root(root("state"), root("passer"), header.hash)
}

#[tokio::test]
async fn super_roots_are_of_what_every_chain_has_safe() {
    let mut world = world().await;
    let [source, here] = safe(&mut world);
    // A second later no other block can stand: blocks come every two.
    for timestamp in [source.timestamp, source.timestamp + 1] {
        node_says(&world, [&source, &here]);
        let answer = world.call("superroot_atTimestamp", json!([format!("{timestamp:#x}")])).await;
        let roots = [(SOURCE, root_of(&source)), (HERE, root_of(&here))].into();
        let data = &answer["data"];
        assert_eq!(data["super_root"], json!(super_root(timestamp, &roots)), "{answer}");
        let chains = roots.iter().map(|(id, root)| json!({"ChainID": id.to_string(), "Output": root}));
        let preimage = json!({"timestamp": format!("{timestamp:#x}"), "chains": chains.collect::<Vec<_>>()});
        assert_eq!(data["super"], preimage, "{answer}");
        assert_eq!(answer["optimistic_at_timestamp"]["901"]["output"]["blockHash"], json!(source.hash));
        assert_eq!(answer["optimistic_at_timestamp"]["902"]["output_root"], json!(root_of(&here)));
        assert_eq!(
            (&answer["chain_ids"], &answer["safe_timestamp"]),
            (&json!(["901", "902"]), &json!(source.timestamp))
        );
        assert_eq!(answer["current_l1"], json!({"hash": B256::ZERO, "number": 0}));
    }
}

#[tokio::test]
async fn a_supernodes_clients_find_their_shapes() {
    let mut world = world().await;
    let [source, here] = safe(&mut world);
    let answer = world.call("supernode_syncStatus", json!([])).await;
    let zero = json!({"hash": B256::ZERO, "number": 0});
    assert_eq!((&answer["chain_ids"], &answer["current_l1"]), (&json!(["901", "902"]), &zero), "{answer}");
    let timestamps =
        ["safe_timestamp", "local_safe_timestamp", "finalized_timestamp"].map(|key| &answer[key]);
    let safe = json!(source.timestamp.min(here.timestamp));
    assert_eq!(timestamps, [&safe, &safe, &json!(genesis().timestamp)], "{answer}");
    let l1 = json!({"hash": B256::ZERO, "number": 0, "parentHash": B256::ZERO, "timestamp": 0});
    let l2 = |header: &Header| {
        json!({"hash": header.hash, "number": header.number, "parentHash": header.parent_hash,
               "timestamp": header.timestamp, "l1origin": zero, "sequenceNumber": 0})
    };
    let expected = json!({
        "current_l1": l1, "current_l1_finalized": l1, "head_l1": l1, "safe_l1": l1, "finalized_l1": l1,
        "unsafe_l2": l2(&here), "safe_l2": l2(&here), "finalized_l2": l2(&genesis()),
        "pending_safe_l2": l2(&here), "cross_unsafe_l2": l2(&here), "local_safe_l2": l2(&here),
    });
    assert_eq!(answer["chains"]["902"], expected);
    assert_eq!(answer.as_object().map(|fields| fields.len()), Some(6), "{answer}");

    // A new one each time.
    let beat = async || world.call("heartbeat_check", json!([])).await.as_str().expect("text").to_owned();
    let (one, other) = (beat().await, beat().await);
    assert!(one.len() == 10 && one.starts_with("0x") && one != other, "{one} {other}");
}

#[tokio::test]
async fn super_roots_wait_for_the_last_chain() {
    let mut world = world().await;
    let [source, _] = safe(&mut world);
    let next = Block::above(&source, 1, vec![Log::of(9)]);
    world.news([(SOURCE, SourceEvent::Block(next.indexed()))]);
    for timestamp in [next.header.timestamp, u64::MAX, 0] {
        let answer = world.call("superroot_atTimestamp", json!([timestamp])).await;
        assert_eq!((answer.get("data"), &answer["optimistic_at_timestamp"]), (None, &json!({})), "{answer}");
    }
    // Safe there, but the node is away: a fault is no answer.
    world.node.push_failure_msg("gone");
    let error = world.error("superroot_atTimestamp", json!([format!("{:#x}", source.timestamp)])).await;
    assert_eq!(error["code"], json!(-32000), "{error}");
}

#[tokio::test]
async fn every_page_has_a_head() {
    let mut world = world().await;
    online(&mut world);
    for path in ["/health", "/ready", "/metrics"] {
        let client = reqwest::Client::new();
        let page = client.get(world.url(path)).send().await.expect("a page");
        let head = client.head(world.url(path)).send().await.expect("a head");
        assert_eq!((page.status(), head.status()), (StatusCode::OK, StatusCode::OK), "{path}");
        assert_eq!(head.headers().get("content-type"), page.headers().get("content-type"), "{path}");
        assert_eq!(head.text().await.expect("nothing"), "");
    }
}
