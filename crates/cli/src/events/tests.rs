//! That every event is described as it is printed.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// One of each.
fn every() -> Vec<ServiceEvent> {
    use ServiceEvent as E;
    let (hash, text, id) = (B256::ZERO, String::new, ChainId::from(0));
    let of_chain = || ChainNews { chain_id: id, reason: text() };
    let of_message = || MessageNews { message_hash: hash, destination: id };
    let account = Checksummed(alloy::primitives::Address::ZERO);
    let wei = || Value::from("0");
    let chain = ChainEntry { chain_id: id, name: text(), rpc_url: text() };
    let every = vec![
        E::Started {
            service: Service::Relayer,
            version: "",
            chains: vec![chain],
            account: None,
            path: text(),
            accounts: Vec::new(),
        },
        E::Waiting { rpc_url: text(), reason: text() },
        E::Missed { lines: 0 },
        E::Ready { seconds: 0.0, network: Value::Null },
        E::Delivered { message_hash: hash, destination: id, transaction_hash: hash, block_number: 0 },
        E::Postponed { message_hash: hash, destination: id, reason: text(), retry_after_block: 0 },
        E::Failed {
            message_hash: hash,
            destination: id,
            reason: text(),
            transaction_hash: None,
            retry_after_block: None,
        },
        E::Expired(of_message()),
        E::Orphaned { message_hash: hash, source: id },
        E::Undelivered(of_message()),
        E::Withheld { message_hash: hash, destination: id, reason: text(), retry_after_block: 0 },
        E::Oversized { message_hash: hash, destination: id, max_gas: 0 },
        E::Capped(of_chain()),
        E::LowBalance { chain_id: id, reason: text(), account, balance: None },
        E::ToppedUp {
            chain_id: id,
            reason: text(),
            signer: account,
            account,
            amount: wei(),
            transaction_hash: hash,
            block_number: 0,
        },
        E::Resent { message_hash: hash, source: id, transaction_hash: hash, block_number: 0 },
        E::Foreign { chain_id: id, reason: text(), account, nonce: 0, block_number: 0 },
        E::GasDear(of_chain()),
        E::GasFair(of_chain()),
        E::SourceNotReady { chain_id: id, source: id, reason: text() },
        E::SourceReady { chain_id: id, source: id, reason: text() },
        E::ResendCapped(of_chain()),
        E::ResendUnfunded(of_chain()),
        E::ResendImpossible(of_chain()),
        E::TopUpCapped { chain_id: id, reason: text(), signer: account, spent: wei(), cap: wei() },
        E::TopUpUnfunded { chain_id: id, reason: text(), signer: account, account, balance: wei() },
        E::SignerUnwell { chain_id: id, account, since: log_line::now(), reason: text() },
        E::SignerWell { chain_id: id, account },
        E::Closed(of_chain()),
        E::Opened(of_chain()),
        E::TakenUp(of_message()),
        E::Replaced {
            message_hash: hash,
            destination: id,
            transaction_hash: hash,
            nonce: 0,
            block_number: 0,
        },
        E::Cancelled { message_hash: None, destination: id, nonce: 0 },
        E::AccountBusy(of_chain()),
        E::Unwell(of_chain()),
        E::Well(of_chain()),
        E::Offline(of_chain()),
        E::Online(of_chain()),
        E::Halted(of_chain()),
        E::SafetyUnknown(of_chain()),
        E::SafetyKnown(of_chain()),
        E::StandingBy { holder: text() },
        E::Active {},
        E::Taken(of_chain()),
        E::Left(of_chain()),
        E::NonceGap { chain_id: id, from: "0".to_owned(), to: "0".to_owned() },
        E::StoreUnwell { reason: text() },
        E::StoreWell {},
        E::ScreeningUnread { reason: text() },
        E::ScreeningRead { denied: 0, allowed: 0 },
        E::Listening { url: text() },
        E::Failsafe { enabled: true },
        E::State { chain_id: id, state: "following", reason: None, head: None },
        E::HistoryComplete { chain_id: id, first: None },
        E::HistoryEnds { chain_id: id, first: None, reason: text() },
        E::Reorg { chain_id: id, head: None },
        E::InvalidBlock { chain_id: id, number: 0, hash, rule: "", cause: text() },
        E::Mended { chain_id: id },
    ];
    // Who adds a kind of event is stopped here by the compiler, and adds one of it above.
    for event in &every {
        match event {
            E::Started { .. } | E::Waiting { .. } | E::Missed { .. } | E::Ready { .. } => {}
            E::Postponed { .. } => {}
            E::Delivered { .. } | E::Failed { .. } | E::Expired(_) | E::Orphaned { .. } => {}
            E::Undelivered(_) | E::LowBalance { .. } | E::Closed(_) | E::Offline(_) => {}
            E::Online(_) | E::Halted(_) | E::Listening { .. } | E::Failsafe { .. } => {}
            E::TakenUp(_) | E::Replaced { .. } | E::Cancelled { .. } | E::AccountBusy(_) => {}
            E::Opened(_) | E::Unwell(_) | E::Well(_) | E::StandingBy { .. } | E::Active {} => {}
            E::SafetyUnknown(_) | E::SafetyKnown(_) => {}
            E::Resent { .. } | E::ResendCapped(_) | E::Foreign { .. } => {}
            E::ResendUnfunded(_) | E::ResendImpossible(_) | E::GasDear(_) | E::GasFair(_) => {}
            E::SourceNotReady { .. } | E::SourceReady { .. } => {}
            E::ToppedUp { .. } | E::TopUpCapped { .. } | E::TopUpUnfunded { .. } => {}
            E::SignerUnwell { .. } | E::SignerWell { .. } => {}
            E::Withheld { .. } | E::Oversized { .. } | E::Capped(_) | E::Taken(_) | E::Left(_) => {}
            E::StoreUnwell { .. } | E::StoreWell {} | E::NonceGap { .. } => {}
            E::ScreeningUnread { .. } | E::ScreeningRead { .. } => {}
            E::State { .. } | E::HistoryComplete { .. } | E::HistoryEnds { .. } | E::Reorg { .. } => {}
            E::InvalidBlock { .. } | E::Mended { .. } => {}
        }
    }
    every
}

/// The rows of the tables of docs/events.md: the name of an event, and its fields.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = include_str!("../../../../docs/events.md").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.split('`').next()?.to_owned();
        Some((name, quoted(cells.next()?).into_iter().collect()))
    });
    rows.collect()
}

#[test]
fn every_event_is_documented_with_its_fields_and_no_other_is() {
    let common = ["event", "time"];
    let printed: BTreeMap<String, BTreeSet<String>> = every()
        .iter()
        .map(|event| {
            let value: Value = serde_json::from_str(&event.line()).unwrap();
            let fields = value.as_object().unwrap().keys().filter(|key| !common.contains(&key.as_str()));
            (value["event"].as_str().unwrap().to_owned(), fields.cloned().collect())
        })
        .collect();
    assert_eq!(printed, documented());
}

/// Of those, too, that no test can bring about.
#[test]
fn every_event_keeps_to_the_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/json.schema.json")).unwrap();
    for event in every() {
        let event: Value = serde_json::from_str(&event.line()).unwrap();
        let name = event["event"].as_str().unwrap();
        let mut schema = schema.clone();
        schema.as_object_mut().unwrap().remove("anyOf");
        schema["$ref"] = format!("#/$defs/event-{name}").into();
        if let Err(error) = jsonschema::validate(&schema, &event) {
            // What a devnet is, is for the tests that run one.
            assert_eq!(name, "ready", "{event}: {error}");
        }
    }
}

#[test]
fn the_time_is_utc_in_the_form_of_rfc_3339() {
    let value: Value = serde_json::from_str(&ServiceEvent::Missed { lines: 1 }.line()).unwrap();
    let time = value["time"].as_str().unwrap();
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
}
