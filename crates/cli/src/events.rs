//! What services print on stdout with `--json`, one object a line. docs/events.md says what each means; a test below
//! holds it to this.

use crate::logging;
use alloy::primitives::{Address, B256};
use serde::Serialize;
use serde_json::Value;

/// An event of a service.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum ServiceEvent {
    // Of every service.
    Started {
        service: Service,
        version: &'static str,
        chains: Vec<ChainEntry>,
        account: Option<Address>,
        path: String,
    },
    Waiting {
        rpc_url: String,
        reason: String,
    },
    Missed {
        lines: u64,
    },
    // Of the devnet.
    Ready {
        seconds: f64,
        network: Value,
    },
    // Of the relayer.
    Delivered {
        message_hash: B256,
        destination: u64,
        transaction_hash: B256,
        block_number: u64,
    },
    Failed {
        message_hash: B256,
        destination: u64,
        reason: String,
        transaction_hash: Option<B256>,
        retry_after_block: Option<u64>,
    },
    Expired {
        message_hash: B256,
        destination: u64,
    },
    Orphaned {
        message_hash: B256,
        source: u64,
    },
    Undelivered {
        message_hash: B256,
        destination: u64,
    },
    LowBalance {
        chain_id: u64,
        reason: String,
    },
    Closed {
        chain_id: u64,
        reason: String,
    },
    Opened {
        chain_id: u64,
        reason: String,
    },
    TakenUp {
        message_hash: B256,
        destination: u64,
    },
    Replaced {
        message_hash: B256,
        destination: u64,
        transaction_hash: B256,
        nonce: u64,
        block_number: u64,
    },
    Cancelled {
        message_hash: Option<B256>,
        destination: u64,
        nonce: u64,
    },
    AccountBusy {
        chain_id: u64,
        reason: String,
    },
    Unwell {
        chain_id: u64,
        reason: String,
    },
    Well {
        chain_id: u64,
        reason: String,
    },
    Offline {
        chain_id: u64,
        reason: String,
    },
    Online {
        chain_id: u64,
        reason: String,
    },
    Halted {
        chain_id: u64,
        reason: String,
    },
    // Of the verifier.
    Listening {
        url: String,
    },
    Failsafe {
        enabled: bool,
    },
    State {
        chain: String,
        state: &'static str,
        reason: Option<String>,
        head: Option<u64>,
    },
    HistoryComplete {
        chain: String,
        first: Option<u64>,
    },
    Reorg {
        chain: String,
        head: Option<u64>,
    },
    InvalidBlock {
        chain: String,
        number: u64,
        hash: B256,
        rule: &'static str,
        cause: String,
    },
    Mended {
        chain: String,
    },
}

/// Which service.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Service {
    Relayer,
    Verifier,
}

/// A chain that a service works on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChainEntry {
    pub(crate) chain_id: u64,
    /// Empty for a chain that was named by its URL.
    pub(crate) name: String,
    /// Without what is secret of it.
    pub(crate) rpc_url: String,
}

impl ServiceEvent {
    /// The event as a line of JSON, with the time.
    pub(crate) fn line(&self) -> String {
        #[derive(Serialize)]
        struct Timed<'a> {
            #[serde(flatten)]
            event: &'a ServiceEvent,
            time: String,
        }
        serde_json::to_string(&Timed { event: self, time: logging::now() }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// One of each.
    fn every() -> Vec<ServiceEvent> {
        use ServiceEvent as E;
        let (hash, text) = (B256::ZERO, String::new);
        let chain = ChainEntry { chain_id: 0, name: text(), rpc_url: text() };
        let every = vec![
            E::Started {
                service: Service::Relayer,
                version: "",
                chains: vec![chain],
                account: None,
                path: text(),
            },
            E::Waiting { rpc_url: text(), reason: text() },
            E::Missed { lines: 0 },
            E::Ready { seconds: 0.0, network: Value::Null },
            E::Delivered { message_hash: hash, destination: 0, transaction_hash: hash, block_number: 0 },
            E::Failed {
                message_hash: hash,
                destination: 0,
                reason: text(),
                transaction_hash: None,
                retry_after_block: None,
            },
            E::Expired { message_hash: hash, destination: 0 },
            E::Orphaned { message_hash: hash, source: 0 },
            E::Undelivered { message_hash: hash, destination: 0 },
            E::LowBalance { chain_id: 0, reason: text() },
            E::Closed { chain_id: 0, reason: text() },
            E::Opened { chain_id: 0, reason: text() },
            E::TakenUp { message_hash: hash, destination: 0 },
            E::Replaced {
                message_hash: hash,
                destination: 0,
                transaction_hash: hash,
                nonce: 0,
                block_number: 0,
            },
            E::Cancelled { message_hash: None, destination: 0, nonce: 0 },
            E::AccountBusy { chain_id: 0, reason: text() },
            E::Unwell { chain_id: 0, reason: text() },
            E::Well { chain_id: 0, reason: text() },
            E::Offline { chain_id: 0, reason: text() },
            E::Online { chain_id: 0, reason: text() },
            E::Halted { chain_id: 0, reason: text() },
            E::Listening { url: text() },
            E::Failsafe { enabled: true },
            E::State { chain: text(), state: "", reason: None, head: None },
            E::HistoryComplete { chain: text(), first: None },
            E::Reorg { chain: text(), head: None },
            E::InvalidBlock { chain: text(), number: 0, hash, rule: "", cause: text() },
            E::Mended { chain: text() },
        ];
        // Who adds a kind of event is stopped here by the compiler, and adds one of it above.
        for event in &every {
            match event {
                E::Started { .. } | E::Waiting { .. } | E::Missed { .. } | E::Ready { .. } => {}
                E::Delivered { .. } | E::Failed { .. } | E::Expired { .. } | E::Orphaned { .. } => {}
                E::Undelivered { .. } | E::LowBalance { .. } | E::Closed { .. } | E::Offline { .. } => {}
                E::Online { .. } | E::Halted { .. } | E::Listening { .. } | E::Failsafe { .. } => {}
                E::TakenUp { .. } | E::Replaced { .. } | E::Cancelled { .. } | E::AccountBusy { .. } => {}
                E::Opened { .. } | E::Unwell { .. } | E::Well { .. } => {}
                E::State { .. } | E::HistoryComplete { .. } | E::Reorg { .. } => {}
                E::InvalidBlock { .. } | E::Mended { .. } => {}
            }
        }
        every
    }

    /// The rows of the tables of docs/events.md: the name of an event, and its fields.
    fn documented() -> BTreeMap<String, BTreeSet<String>> {
        let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let rows = include_str!("../../../docs/events.md").lines().filter_map(|line| {
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

    #[test]
    fn the_time_is_utc_in_the_form_of_rfc_3339() {
        let value: Value = serde_json::from_str(&ServiceEvent::Missed { lines: 1 }.line()).unwrap();
        let time = value["time"].as_str().unwrap();
        let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }
}
