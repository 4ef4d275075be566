//! A chain out of thin air, and messages that point at its logs.

use alloy_primitives::{Address, B256, U256};
use causeway_interop::{Access, DependencySet, Identifier, SafetyLevel, msg_hash};
use causeway_verifier::{
    Admission, Change, ExecutingDescriptor, Header, IndexedBlock, NoRecall, OutputRoots, Verifier, View,
};
use std::{collections::BTreeMap, sync::Arc};

pub(crate) const LOGS: u64 = 10_000_000;
pub(crate) const LOGS_PER_BLOCK: u64 = 100;
pub(crate) const BLOCKS: u64 = LOGS / LOGS_PER_BLOCK;
pub(crate) const SOURCE: U256 = U256::from_limbs([901, 0, 0, 0]);
const HERE: U256 = U256::from_limbs([902, 0, 0, 0]);
const EMITTER: Address = Address::repeat_byte(0xaa);
const GENESIS: u64 = 1_700_000_000;

/// What a log says: its own number in the chain.
fn data(log: u64) -> [u8; 96] {
    let mut data = [7; 96];
    data[..8].copy_from_slice(&log.to_be_bytes());
    data
}

/// The block of a number, with some logs from `first_log` on.
pub(crate) fn block_with(number: u64, first_log: u64, logs: u64) -> IndexedBlock {
    let hash = |number: u64| B256::from(U256::from(number.wrapping_add(1)));
    let (hash, parent_hash) = (hash(number), hash(number.wrapping_sub(1)));
    let header = Header { number, hash, parent_hash, timestamp: GENESIS + number };
    let mut block = IndexedBlock::new(header);
    for log in first_log..first_log + logs {
        block.push_log(EMITTER, &[B256::repeat_byte(1)], &data(log)).expect("the log decodes");
    }
    block
}

pub(crate) fn block(number: u64) -> IndexedBlock {
    block_with(number, number * LOGS_PER_BLOCK, LOGS_PER_BLOCK)
}

pub(crate) fn append(number: u64) -> (U256, Change) {
    (SOURCE, Change::Append(block(number)))
}

/// Declares a log of the chain.
fn declare(log: u64) -> Access {
    let number = log / LOGS_PER_BLOCK;
    Identifier {
        origin: EMITTER,
        block_number: number,
        log_index: (log % LOGS_PER_BLOCK) as u32,
        timestamp: GENESIS + number,
        chain_id: SOURCE,
    }
    .access(msg_hash(&[B256::repeat_byte(1)], &data(log)))
}

/// An access list of logs far from one another, other ones for each number of a list.
pub(crate) fn scattered(list: u64, count: u64) -> Vec<B256> {
    let pick = |entry: u64| (list * count + entry).wrapping_mul(0x9e37_79b9_7f4a_7c15) % LOGS;
    (0..count).flat_map(|entry| declare(pick(entry)).entries()).collect()
}

/// Checks lists for the end of the chain, from which all of it is in the window.
pub(crate) struct Checker {
    admission: Admission,
    executing: ExecutingDescriptor,
}

impl Checker {
    pub(crate) fn new() -> Self {
        Self { admission: admission(), executing: executing() }
    }

    pub(crate) fn check(&self, list: &[B256], view: &View) {
        let answer = self.admission.check(list, SafetyLevel::Unsafe, &self.executing, view, &NoRecall);
        answer.expect("it is on the chain");
    }
}

/// A handle that remembers so many verdicts, and where lists are to be executed.
pub(crate) fn verifier(view: Arc<View>, remembered: usize) -> (Verifier, ExecutingDescriptor) {
    let (verifier, _) = Verifier::new(view, admission(), remembered, OutputRoots::new(BTreeMap::new()));
    (verifier, executing())
}

pub(crate) fn check(verifier: &Verifier, list: &[B256], executing: &ExecutingDescriptor) {
    verifier.check(list, SafetyLevel::Unsafe, executing).expect("it is on the chain");
}

fn admission() -> Admission {
    Admission::new(DependencySet::mesh([SOURCE, HERE]).expect("two chains"))
}

const fn executing() -> ExecutingDescriptor {
    ExecutingDescriptor { chain_id: HERE, timestamp: GENESIS + BLOCKS, timeout: 0 }
}
