//! Requests as their bytes, made before anything is measured.

use super::sample_chain::{EMITTER, GENESIS, LOGS, LOGS_PER_BLOCK, SOURCE, TOPIC, log_data};
use crate::wire::{call, post};
use alloy_primitives::B256;
use causeway_interop::{Identifier, msg_hash};
use std::sync::Arc;

/// Requests that are sent in turn.
pub(super) type Requests = Arc<[Vec<u8>]>;

/// The method that does nothing.
pub(super) fn pings() -> Requests {
    (0..1_000).map(|id| post(&call(id, "interop_ping", "[]"))).collect()
}

/// Checks of so many messages each, far from one another and others in each request.
pub(super) fn checks(count: usize, messages: usize) -> Requests {
    (0..count).map(|id| post(&check(id, messages))).collect()
}

/// A check of messages that are on the chain.
pub(super) fn check(id: usize, messages: usize) -> String {
    call(id, "interop_checkAccessList", &params(&declare(id, messages)))
}

/// The same with a last message that is not there, so that all before it are looked at.
pub(super) fn false_check(id: usize, messages: usize) -> String {
    let mut entries = declare(id, messages);
    if let Some(checksum) = entries.last_mut() {
        checksum.0[31] ^= 1;
    }
    call(id, "interop_checkAccessList", &params(&entries))
}

fn params(entries: &[B256]) -> String {
    let entries: Vec<String> = entries.iter().map(|entry| format!("\"{entry}\"")).collect();
    let timestamp = GENESIS + LOGS / LOGS_PER_BLOCK;
    format!(r#"[[{}],"unsafe",{{"chainID":"902","timestamp":"{timestamp:#x}"}}]"#, entries.join(","))
}

/// The entries of messages, two for each.
fn declare(list: usize, messages: usize) -> Vec<B256> {
    let pick =
        |message: usize| ((list * messages + message) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % LOGS;
    (0..messages).flat_map(|message| entries(pick(message))).collect()
}

fn entries(log: u64) -> impl Iterator<Item = B256> {
    let number = log / LOGS_PER_BLOCK;
    let identifier = Identifier {
        origin: EMITTER,
        block_number: number,
        log_index: (log % LOGS_PER_BLOCK) as u32,
        timestamp: GENESIS + number,
        chain_id: SOURCE,
    };
    identifier.access(msg_hash(&[TOPIC], &log_data(log))).entries()
}
