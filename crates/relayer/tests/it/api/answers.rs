use alloy::primitives::B256;
use causeway_relayer::RelayerEvent;

use super::world::{SIGNER, TARGET, World, attempt, deliver, hashes, message_hash, refusal, sent_in};

#[tokio::test]
async fn pages_follow_one_another_in_both_orders() {
    let world = World::start().await;
    world.fill(7, 10).await;
    for (order, expected) in [("newest", [6, 5, 4, 3, 2, 1, 0]), ("oldest", [0, 1, 2, 3, 4, 5, 6])] {
        let (mut found, mut query) = (Vec::new(), format!("order={order}&limit=3"));
        loop {
            let page = world.json(&format!("/v1/messages?{query}")).await;
            found.extend(hashes(&page));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("order={order}&limit=3&cursor={next}");
        }
        assert_eq!(found, expected.map(message_hash), "{order}");
    }
    world.end().await;
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let world = World::start().await;
    world.fill(4, 10).await;
    let (landed, open) = (B256::repeat_byte(0xaa), B256::repeat_byte(0xbb));
    attempt(&world.store, landed, 0, 0).await;
    attempt(&world.store, open, 1, 1).await;
    deliver(&world.store, 0, landed).await;
    world.store.skip(message_hash(3), "spam").await.unwrap();
    let sender = alloy::primitives::Address::with_last_byte(2);
    for (query, expected) in [
        ("status=delivered".to_owned(), vec![0]),
        ("status=in-flight".to_owned(), vec![1]),
        ("status=pending".to_owned(), vec![3, 2]),
        ("status=skipped".to_owned(), vec![3]),
        ("status=failed".to_owned(), vec![]),
        ("status=expired".to_owned(), vec![]),
        (format!("sender={sender}"), vec![2]),
        (format!("target={TARGET}&limit=1"), vec![3]),
        (format!("transaction={}", sent_in(2)), vec![3, 2]),
        ("source=901&destination=902".to_owned(), vec![3, 2, 1, 0]),
        ("source=902".to_owned(), vec![]),
        (format!("destination={}", alloy::primitives::U256::MAX), vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(message_hash).collect();
        assert_eq!(world.listed(&query).await, expected, "{query}");
    }
    for query in ["status=ready", "sort=asc", "source=x", "limit=0", "transaction=0x12", "cursor=%2d1"] {
        let answer = world.get(&format!("/v1/messages?{query}")).send().await.unwrap();
        assert_eq!(refusal(answer).await, (400, "bad-request".to_owned()), "{query}");
    }
    world.end().await;
}

#[tokio::test]
async fn old_messages_have_expired_by_the_destinations_clock() {
    let world = World::start().await;
    world.fill(2, 604_801).await;
    assert_eq!(world.listed("status=expired&order=oldest").await, [0, 1].map(message_hash));
    assert!(world.listed("status=pending").await.is_empty());
    let one = world.json(&format!("/v1/messages/{}", message_hash(0))).await;
    assert_eq!(
        (&one["status"], &one["recorded"], &one["next"]["code"]),
        (&"expired".into(), &"pending".into(), &"expired".into())
    );
    // They wait for nothing, and make no route old.
    let there = &world.json("/v1/routes").await["routes"][0];
    let counts = &there["byStatus"];
    assert_eq!(
        (&there["undelivered"], &counts["pending"], &counts["expired"]),
        (&2.into(), &0.into(), &2.into())
    );
    assert!(there["oldestTimestamp"].is_null(), "{there:#}");
    let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
    let route = r#"source="901",destination="902""#;
    for line in [
        format!(r#"causeway_relayer_queue_length{{{route},state="expired"}} 2"#),
        format!(r#"causeway_relayer_queue_length{{{route},state="pending"}} 0"#),
        format!("causeway_relayer_oldest_undelivered_age_seconds{{{route}}} 0"),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_message_has_its_whole_story() {
    let world = World::start().await;
    world.fill(2, 10).await;
    world.catch_up().await;
    let (first, second) = (B256::repeat_byte(0xaa), B256::repeat_byte(0xbb));
    // Two versions of one nonce.
    attempt(&world.store, first, 5, 0).await;
    attempt(&world.store, second, 5, 0).await;
    let path = format!("/v1/messages/{}", message_hash(0));
    let before = world.json(&path).await;
    assert_eq!((&before["status"], &before["next"]["code"]), (&"in-flight".into(), &"on-its-way".into()));

    deliver(&world.store, 0, second).await;
    let after = world.json(&path).await;
    let timeline = &after["timeline"];
    assert_eq!((&after["status"], &after["latencySeconds"]), (&"delivered".into(), &12.into()));
    let attempts = timeline["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 1, "{timeline:#}");
    assert_eq!(attempts[0]["signer"], SIGNER.to_string());
    let versions: Vec<_> =
        attempts[0]["versions"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(versions, ["signed", "included"]);
    assert_eq!((&timeline["delivery"]["ours"], &timeline["delivery"]["logIndex"]), (&true.into(), &3.into()));
    assert_eq!(timeline["initiations"][0]["transactionHash"], sent_in(0).to_string());

    let postponed = RelayerEvent::Postponed {
        message_hash: message_hash(1),
        destination: 902,
        reason: "execution reverted: paused".to_owned(),
        retry_after_block: 9,
    };
    world.tell(postponed).await;
    let other = world.json(&format!("/v1/messages/{}", message_hash(1))).await;
    assert_eq!(other["next"]["code"], "tried-again");
    let text = other["next"]["text"].as_str().unwrap();
    assert!(text.contains("block 9") && text.contains("paused"), "{text}");
    world.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let world = World::start().await;
    for (path, status, code) in [
        (format!("/v1/messages/{}", B256::ZERO), 404, "not-found"),
        ("/v1/messages/0x12".to_owned(), 400, "bad-request"),
        ("/v1/nothing".to_owned(), 404, "no-such-path"),
        ("/v1/relay".to_owned(), 405, "method-not-allowed"),
    ] {
        let answer = world.get(&path).send().await.unwrap();
        assert_eq!(refusal(answer).await, (status, code.to_owned()), "{path}");
    }
    world.end().await;
}

#[tokio::test]
async fn routes_and_accounts_say_how_it_stands_and_nothing_secret() {
    let world = World::start().await;
    world.fill(3, 10).await;
    world.catch_up().await;
    attempt(&world.store, B256::repeat_byte(0xaa), 0, 0).await;
    let text = world.get("/v1/routes").send().await.unwrap().text().await.unwrap();
    assert!(!text.contains("secret") && !text.contains("key-a"), "{text}");
    let routes = world.json("/v1/routes").await;
    assert_eq!(
        (&routes["chains"][0]["state"], &routes["chains"][0]["head"]),
        (&"following".into(), &1.into())
    );
    let there = &routes["routes"][0];
    assert_eq!((&there["source"], &there["destination"]), (&"901".into(), &"902".into()));
    assert_eq!((&there["undelivered"], &there["byStatus"]["submitted"]), (&3.into(), &1.into()));
    assert_eq!(there["oldestTimestamp"], super::world::NOW - 10);
    assert_eq!(routes["routes"][1]["undelivered"], 0);
    let signers = world.json("/v1/signers").await;
    let on_b = &signers["signers"][1];
    assert_eq!(
        (&on_b["chainId"], &on_b["inFlight"], &on_b["balance"]),
        (&"902".into(), &1.into(), &().into())
    );
    world.end().await;
}

/// Also of a chain whose blocks another relayer reads.
#[tokio::test]
async fn the_head_of_a_chain_is_the_newest_block_that_was_taken_in() {
    let world = World::start().await;
    world.fill(1, 10).await;
    world.catch_up().await;
    world.tell(RelayerEvent::Active).await;
    let head = async || world.json("/v1/routes").await["chains"][1].clone();
    let before = head().await;
    assert_eq!((&before["state"], &before["head"]), (&"elsewhere".into(), &1.into()));
    deliver(&world.store, 0, B256::repeat_byte(0xaa)).await;
    assert_eq!(head().await["head"], 2);
    world.end().await;
}

#[tokio::test]
async fn an_account_that_does_not_sign_is_told_by_all_that_ask() {
    let world = World::start().await;
    world.fill(1, 10).await;
    world.catch_up().await;
    let since = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(super::world::NOW);
    let (account, reason) = (SIGNER, "the vault is sealed".to_owned());
    world.tell(RelayerEvent::SignerUnwell { chain_id: 902, account, since, reason }).await;
    let next = world.json(&format!("/v1/messages/{}", message_hash(0))).await["next"].clone();
    assert_eq!((&next["code"], &next["reason"]), (&"wait-for-signer".into(), &"the vault is sealed".into()));
    let time = "2023-11-14T22:13:20.000000Z";
    assert_eq!((&next["account"], &next["since"]), (&SIGNER.to_string().into(), &time.into()));
    let unwell = async |index: usize| world.json("/v1/signers").await["signers"][index]["unwell"].clone();
    assert_eq!(unwell(0).await, serde_json::Value::Null, "it signs for chain 901");
    assert_eq!(unwell(1).await["since"], time);
    let ready = async || world.get("/ready").send().await.unwrap().text().await.unwrap();
    assert!(ready().await.contains("does not sign for chain 902: the vault is sealed"));
    let well = async |expected: &str| {
        let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
        let line = format!(r#"causeway_relayer_signer_well{{chain_id="902",signer="{SIGNER}"}} {expected}"#);
        assert!(text.lines().any(|it| it == line), "{text}");
    };
    well("0").await;
    world.tell(RelayerEvent::SignerWell { chain_id: 902, account }).await;
    well("1").await;
    assert!(ready().await.contains("\"ready\":true"));
    // What fills others has no place among the accounts, and is told of once it does not sign.
    let (account, reason) = (TARGET, "away".to_owned());
    world.tell(RelayerEvent::SignerUnwell { chain_id: 902, account, since, reason }).await;
    let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(text.contains(&format!(r#"signer_well{{chain_id="902",signer="{TARGET}"}} 0"#)), "{text}");
    assert!(ready().await.contains("\"ready\":true"), "messages go");
    world.end().await;
}

/// It would take as long as the relayer waits for a connection, and who asks has gone by then.
#[tokio::test]
async fn readiness_asks_no_database_that_is_known_to_be_away() {
    let world = World::start().await;
    world.catch_up().await;
    world.tell(RelayerEvent::StoreUnwell { reason: "no answer".to_owned() }).await;
    world.store.close().await;
    let answer = world.get("/ready").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    let body: serde_json::Value = answer.json().await.unwrap();
    let problems = body["problems"].as_array().unwrap();
    let are_chains = problems.iter().all(|it| it.as_str().unwrap().ends_with("the database is away"));
    assert!(problems.len() == 2 && are_chains, "{body:#}");
    world.end().await;
}

#[tokio::test]
async fn readiness_says_what_is_not_ready() {
    let world = World::start().await;
    let answer = world.get("/ready").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("chain 901 is not followed"));
    world.catch_up().await;
    assert_eq!(world.json("/ready").await["ready"], true);

    world.tell(RelayerEvent::StoreUnwell { reason: "no answer".to_owned() }).await;
    let answer = world.get("/ready").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(
        (&body["chains"]["901"], &body["chains"]["902"]),
        (&"database-away".into(), &"database-away".into())
    );
    assert!(body["problems"][0].as_str().unwrap().contains("the database is away"), "{body:#}");
    world.tell(RelayerEvent::StoreWell).await;
    assert_eq!(world.json("/ready").await["ready"], true);

    world.tell(RelayerEvent::NodeUnwell { chain_id: 902, reason: "internal error".to_owned() }).await;
    let answer = world.get("/ready").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("nothing can be sent to chain 902: internal error"));
    world.tell(RelayerEvent::NodeWell { chain_id: 902 }).await;
    assert_eq!(world.json("/ready").await["ready"], true);

    world.fill(1, 10).await;
    let next = async || world.json(&format!("/v1/messages/{}", message_hash(0))).await["next"].clone();
    assert_eq!(next().await["code"], "queued");
    let low = RelayerEvent::LowBalance { chain_id: 902, account: SIGNER, balance: None };
    world.tell(low).await;
    let next = next().await;
    assert_eq!(next["code"], "no-funds");
    let text = next["text"].as_str().unwrap();
    assert!(text.contains(&SIGNER.to_string()) && text.contains("chain 902"), "{text}");
    let answer = world.get("/ready").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("cannot pay for gas on chain 902"));

    // The relayer ends: nobody tells anything any more.
    let mut world = world;
    drop(std::mem::replace(&mut world.events, tokio::sync::broadcast::Sender::new(1)));
    loop {
        let text = world.get("/ready").send().await.unwrap().text().await.unwrap();
        if text.contains("the relayer does not run") {
            break;
        }
    }
    assert_eq!(world.get("/health").send().await.unwrap().status(), 200);
    world.end().await;
}
