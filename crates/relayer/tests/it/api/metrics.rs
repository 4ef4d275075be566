use std::{collections::BTreeSet, time::SystemTime};

use alloy::primitives::{B256, U256};
use causeway_relayer::RelayerEvent;

use super::world::{SIGNER, World, attempt, block, deliver, message_hash, sent_in};

/// The names of the metrics in Prometheus text; of a histogram, that of the whole.
pub(crate) fn names(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    names.map(str::to_owned).collect()
}

/// An answer in which everything has been counted that can be.
pub(crate) async fn everything(world: &World) -> String {
    world.fill(3, 10).await;
    world.catch_up().await;
    let (message_hash, tx_hash, destination) = (message_hash(0), B256::repeat_byte(0xaa), 902);
    attempt(&world.store, tx_hash, 0, 0).await;
    attempt(&world.store, B256::repeat_byte(0xbb), 1, 1).await;
    world
        .tell(RelayerEvent::Seen {
            message_hash,
            source: 901,
            destination: U256::from(902),
            tx_hash: sent_in(0),
        })
        .await;
    world
        .tell(RelayerEvent::Submitted { message_hash, destination, tx_hash, signer: SIGNER, nonce: 0 })
        .await;
    deliver(&world.store, 0, tx_hash).await;
    world.tell(RelayerEvent::Delivered { message_hash, destination, tx_hash, block_number: 2 }).await;
    let reason = "no".to_owned();
    let failed =
        RelayerEvent::Failed { message_hash, destination, reason, tx_hash: None, retry_after_block: None };
    world.tell(failed).await;
    world.tell(RelayerEvent::Undelivered { message_hash, destination }).await;
    world.tell(RelayerEvent::Capped { chain_id: 902, source: None, gas: 2, cap: 2 }).await;
    world.tell(RelayerEvent::Capped { chain_id: 902, source: Some(901), gas: 2, cap: 2 }).await;
    let withheld = RelayerEvent::Withheld {
        message_hash,
        destination,
        reason: "its sender made the relayer pay too much in vain".to_owned(),
        retry_after_block: 7,
    };
    world.tell(withheld).await;
    world.tell(RelayerEvent::Oversized { message_hash, destination, max_gas: 1 }).await;
    world.tell(RelayerEvent::ChainOffline { chain_id: 901, reason: "gone".to_owned() }).await;
    let answer = world.get("/metrics").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn metrics_say_what_happened_and_how_it_stands() {
    let world = World::start().await;
    let text = everything(&world).await;
    let route = r#"source="901",destination="902""#;
    for line in [
        r#"causeway_relayer_attempts_total{destination="902",outcome="submitted"} 1"#.to_owned(),
        r#"causeway_relayer_attempts_total{destination="902",outcome="delivered"} 1"#.to_owned(),
        r#"causeway_relayer_attempts_total{destination="902",outcome="reverted"} 0"#.to_owned(),
        r#"causeway_relayer_failures_total{destination="902",kind="given-up"} 1"#.to_owned(),
        r#"causeway_relayer_capped_total{destination="902",cap="hour"} 1"#.to_owned(),
        r#"causeway_relayer_capped_total{destination="902",cap="vain"} 1"#.to_owned(),
        r#"causeway_relayer_capped_total{destination="902",cap="route"} 1"#.to_owned(),
        r#"causeway_relayer_capped_total{destination="902",cap="message"} 1"#.to_owned(),
        r#"causeway_relayer_capped_total{destination="901",cap="hour"} 0"#.to_owned(),
        r#"causeway_relayer_reorged_messages_total{chain_id="902",side="destination"} 1"#.to_owned(),
        r#"causeway_relayer_node_faults_total{chain_id="901"} 1"#.to_owned(),
        r#"causeway_relayer_submission_lag_seconds_count{destination="902"} 1"#.to_owned(),
        r#"causeway_relayer_delivery_lag_seconds_count{destination="902"} 1"#.to_owned(),
        r#"causeway_relayer_delivery_lag_seconds_count{destination="901"} 0"#.to_owned(),
        format!(r#"causeway_relayer_queue_length{{{route},state="pending"}} 1"#),
        format!(r#"causeway_relayer_queue_length{{{route},state="submitted"}} 1"#),
        format!(r#"causeway_relayer_in_flight{{chain_id="902",signer="{SIGNER}"}} 1"#),
        r#"causeway_relayer_chain_state{chain_id="901",state="offline"} 1"#.to_owned(),
        r#"causeway_relayer_chain_state{chain_id="902",state="following"} 1"#.to_owned(),
        // Chain 902 was caught up with at block 1.
        r#"causeway_relayer_head_number{chain_id="902"} 2"#.to_owned(),
        "causeway_relayer_store_writable 1".to_owned(),
        "causeway_relayer_expiry_window_seconds 604800".to_owned(),
        "causeway_relayer_events_dropped_total 0".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("causeway_build_info{") && text.contains("process_resident_memory_bytes "));
    world.end().await;
}

#[tokio::test]
async fn every_metric_is_documented_and_no_other_is() {
    let world = World::start().await;
    let served = names(&everything(&world).await);
    world.end().await;
    let documented: BTreeSet<String> = include_str!("../../../../../docs/relayer.md")
        .split('`')
        .filter(|word| word.starts_with("causeway_relayer_") && !word.contains(['{', ' ', '*']))
        .map(str::to_owned)
        .collect();
    let of_nodes = [
        "causeway_relayer_signer_balance_wei",
        "causeway_relayer_gas_last_hour",
        "causeway_relayer_fees_wei_last_hour",
        "causeway_relayer_vain_fees_wei_last_hour",
        "causeway_relayer_overhead_fees_wei_last_hour",
    ];
    let ours = served.iter().filter(|name| name.starts_with("causeway_relayer_")).cloned();
    let all: BTreeSet<String> = ours.chain(of_nodes.map(str::to_owned)).collect();
    assert_eq!(all, documented);
}

/// Where a node answers and its chain stands still nothing else says so.
#[tokio::test]
async fn the_age_of_the_newest_block_is_by_this_machines_clock() {
    let world = World::start().await;
    let ages = async || {
        let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
        let ages =
            text.lines().filter_map(|line| line.strip_prefix("causeway_relayer_head_age_seconds{chain_id="));
        ages.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ages().await, Vec::<String>::new(), "nothing was taken in");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    for (chain, timestamp) in [(901, now - 5_000), (902, now + 5_000)] {
        world.store.apply_block(chain, &block(chain, 0, timestamp), &[], &[], 64).await.unwrap();
    }
    let ages = ages().await;
    let age = |id: &str| ages.iter().find_map(|it| it.strip_prefix(id)?.strip_prefix("} ")).unwrap();
    assert!((5_000..5_300).contains(&age(r#""901""#).parse().unwrap()), "{ages:?}");
    assert_eq!(age(r#""902""#), "0", "a clock that is ahead makes nothing old");
    world.end().await;
}

/// What cannot be heard in time is counted, and listeners are told of the gap.
#[tokio::test]
async fn events_that_come_too_fast_are_counted() {
    let world = World::start().await;
    for nonce in 0..3_000 {
        let (message_hash, tx_hash) = (message_hash(nonce), B256::ZERO);
        let seen = RelayerEvent::Seen { message_hash, source: 901, destination: U256::from(902), tx_hash };
        world.events.send(seen).unwrap();
    }
    loop {
        let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
        if text.contains("causeway_relayer_events_dropped_total 1976\n") {
            break;
        }
    }
    world.end().await;
}

#[tokio::test]
async fn a_screening_list_that_cannot_be_read_is_seen_until_it_can_be() {
    let world = World::start().await;
    let stale = async |expected: &str| {
        let text = world.get("/metrics").send().await.unwrap().text().await.unwrap();
        let line = format!("causeway_relayer_screening_stale {expected}");
        assert!(text.lines().any(|it| it == line), "{text}");
    };
    stale("0").await;
    world.tell(RelayerEvent::ScreeningUnread { reason: "line 1: expected an address".to_owned() }).await;
    stale("1").await;
    // It is told once, whoever works meanwhile.
    world.tell(RelayerEvent::StandingBy { holder: "another one".to_owned() }).await;
    world.tell(RelayerEvent::Active).await;
    stale("1").await;
    world.tell(RelayerEvent::ScreeningRead { denied: 7, allowed: 0 }).await;
    stale("0").await;
    world.end().await;
}
