//! What memory a verifier takes over a day of two chains with blocks of one second, pruned as they grow: the index, the heads
//! of safety, and the verdicts that are remembered.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use alloy_primitives::{Address, B256, U256};
use causeway_interop::{
    CROSS_L2_INBOX, DependencySet, ExecutingMessage, Identifier, Member, SafetyLevel, msg_hash,
};
use causeway_verifier::{
    Admission, Core, Desk, ExecutingDescriptor, Header, IndexedBlock, LogIndex, OutputRoots, SourceEvent,
    Verifier,
};
use std::{collections::BTreeMap, time::Instant};

const CHAINS: [u64; 2] = [901, 902];
/// A day of blocks of one second.
const BLOCKS: u64 = 86_400;
/// Logs of a block besides the one that says that it executes a message.
const LOGS: u64 = 19;
/// For how many seconds a message can be executed. Blocks stay for twice as long.
const WINDOW: u64 = 10_000;
/// Blocks of each chain in one step, as while catching up. One each, as they come, would measure the disk's `fsync`.
const BATCH: u64 = 10;
/// Verdicts that are remembered: few enough for them to be full within the first hours.
const REMEMBERED: usize = 50_000;
/// Timestamp of the first block.
const GENESIS: u64 = 1_700_000_000;
const EMITTER: Address = Address::repeat_byte(1);
const TOPIC: B256 = B256::repeat_byte(2);

fn hash(chain: u64, number: u64) -> B256 {
    B256::from(U256::from_limbs([number.wrapping_add(1), chain, 0, 0]))
}

/// The first log of a block.
fn message(chain: u64, number: u64) -> ExecutingMessage {
    let data = (number * LOGS).to_be_bytes();
    let identifier = Identifier {
        origin: EMITTER,
        block_number: number,
        log_index: 0,
        timestamp: GENESIS + number,
        chain_id: U256::from(chain),
    };
    ExecutingMessage { msg_hash: msg_hash(&[TOPIC], &data), identifier }
}

/// Executes, but for the first one, a message of the other chain's block before.
fn block(chain: u64, other: u64, number: u64) -> IndexedBlock {
    let (hash, parent_hash) = (hash(chain, number), hash(chain, number.wrapping_sub(1)));
    let mut block = IndexedBlock::new(Header { number, hash, parent_hash, timestamp: GENESIS + number });
    for log in 0..LOGS {
        let data = (number * LOGS + log).to_be_bytes();
        block.push_log(EMITTER, &[TOPIC], &data).expect("the log decodes");
    }
    if let Some(before) = number.checked_sub(1) {
        let message = message(other, before);
        block.push_log(CROSS_L2_INBOX, &message.topics(), &message.data()).expect("the log decodes");
    }
    block
}

struct Day {
    core: Core,
    verifier: Verifier,
    desk: Desk,
}

impl Day {
    fn begin(index: LogIndex) -> Self {
        let member = Member { activation: 0, block_time: 1 };
        let set = CHAINS
            .map(U256::from)
            .into_iter()
            .fold(DependencySet::builder(), |set, id| set.chain(id, member));
        let set = set.expiry_window(WINDOW).build().expect("a set");
        let core = Core::resume(index, set.clone()).expect("a core");
        let view = core.view().expect("a view");
        let roots = OutputRoots::new(BTreeMap::new());
        let (verifier, desk) = Verifier::new(view, Admission::new(set), REMEMBERED, roots);
        Self { core, verifier, desk }
    }

    /// The next blocks of both chains; those of half a minute ago are safe, those of 15 minutes ago final.
    fn step(&mut self, first: u64) {
        let last = first + BATCH - 1;
        let of_chain = |[chain, other]: [u64; 2]| {
            let blocks = (first..=last).map(move |number| SourceEvent::Block(block(chain, other, number)));
            let label = |age: u64| last.checked_sub(age).map(|number| (number, hash(chain, number)));
            let labels = SourceEvent::Labels { safe: label(30), finalized: label(900) };
            blocks.chain([labels]).map(move |event| (U256::from(chain), event))
        };
        let [one, two] = CHAINS;
        let step = self.core.step(of_chain([one, two]).chain(of_chain([two, one])).collect());
        let step = step.expect("it is applied");
        assert!(step.adrift.is_empty() && step.fallen.is_empty(), "the chains are in order");
        self.desk.publish(&step);
    }

    /// Each chain's sequencer asks for the newest messages of the other one.
    fn check(&self, first: u64) {
        for [chain, other] in [CHAINS, [CHAINS[1], CHAINS[0]]] {
            let executing = ExecutingDescriptor {
                chain_id: U256::from(chain),
                timestamp: GENESIS + first + BATCH,
                timeout: 0,
            };
            for number in first..first + BATCH {
                let entries: Vec<_> = message(other, number).access().entries().collect();
                self.verifier.check(&entries, SafetyLevel::CrossUnsafe, &executing).expect("it is valid");
            }
        }
    }

    fn print(&self, hours: u64) {
        let disk = self.core.index().disk_bytes().expect("the file is there") as f64 / f64::from(1 << 20);
        let cache = self.verifier.cache_stats();
        println!("| {hours} | {:.1} | {disk:.1} | {} |", resident(), cache.entries);
    }
}

/// Memory that the process holds, in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut day = Day::begin(LogIndex::open(&folder.path().join("index.redb")).expect("a new index"));
    let started = Instant::now();
    println!(
        "{} chains, {BLOCKS} blocks each, {} logs a block, messages of {WINDOW} s",
        CHAINS.len(),
        LOGS + 1
    );
    println!("| hours | resident, MiB | disk, MiB | verdicts |\n|---|---|---|---|");
    day.print(0);
    for first in (0..BLOCKS).step_by(BATCH as usize) {
        day.step(first);
        day.check(first);
        let done = first + BATCH;
        if done.is_multiple_of(BLOCKS / 8) {
            day.print(done / 3_600);
        }
    }
    let view = day.verifier.view();
    for (chain_id, chain) in view.chains() {
        let (first, safe) = (chain.first.map(|header| header.number), chain.heads.at(SafetyLevel::Safe));
        println!("chain {chain_id}: blocks from {first:?} on, safe up to {:?}", safe.map(|head| head.number));
    }
    println!("after {:.1?}", started.elapsed());
}
