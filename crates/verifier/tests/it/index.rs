use crate::chain::{Block, Log, genesis};
use alloy_primitives::U256;
use causeway_interop::{BlockPosition, ExecutingMessage, LogFact, SourceBlock};
use causeway_verifier::{Change, Header, IndexError, IndexedBlock, LogIndex, Snapshot};
use proptest::prelude::*;

const CHAIN: U256 = U256::from_limbs([901, 0, 0, 0]);
/// Differs from the other in the upper bits only.
const LARGE_CHAIN: U256 = U256::from_limbs([901, 0, 0, 1]);

/// What may be done to a chain.
#[derive(Clone, Debug)]
enum Step {
    Append { logs: u8 },
    Truncate { depth: u8 },
    Prune { keep: u8 },
}

fn steps() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let step = prop_oneof![
        4 => (0..100u8).prop_map(|logs| Step::Append { logs }),
        1 => (0..6u8).prop_map(|depth| Step::Truncate { depth }),
        1 => (0..6u8).prop_map(|keep| Step::Prune { keep }),
    ];
    prop::collection::vec((any::<bool>(), step), 1..40)
}

/// A chain as a list, which is obviously right.
#[derive(Default)]
struct Model {
    blocks: Vec<Block>,
    forks: u64,
}

impl Model {
    fn take(&mut self, index: &LogIndex, chain_id: U256, step: &Step) {
        match *step {
            Step::Append { logs } => {
                self.forks += 1;
                let parent = self.blocks.last().map_or_else(genesis, |block| block.header);
                let seed = self.forks << 8;
                let logs = (0..u64::from(logs)).map(|log| Log::of(seed + log)).collect();
                let block = Block::above(&parent, self.forks, logs);
                index.apply(chain_id, &[Change::Append(block.indexed())]).expect("it is applied");
                self.blocks.push(block);
            }
            Step::Truncate { depth } => {
                let keep = self.blocks.len().saturating_sub(depth.into());
                let from = self.blocks.get(keep).map_or(u64::MAX, |block| block.header.number);
                index.apply(chain_id, &[Change::Truncate { from }]).expect("it is applied");
                self.blocks.truncate(keep);
            }
            Step::Prune { keep } => {
                let gone = self.blocks.len().saturating_sub(keep.into());
                let first = self.blocks.get(gone).map_or(0, |block| block.header.number);
                index.prune(chain_id, first).expect("it is pruned");
                if first > 0 {
                    self.blocks.drain(..gone);
                }
            }
        }
    }

    fn source(&self, number: u64, log_index: u32) -> SourceBlock {
        let (Some(first), Some(tip)) = (self.blocks.first(), self.blocks.last()) else {
            return SourceBlock::Uninitialized;
        };
        let position =
            |block: &Block| BlockPosition { number: block.header.number, timestamp: block.header.timestamp };
        match self.blocks.iter().find(|block| block.header.number == number) {
            Some(block) => SourceBlock::Known {
                timestamp: block.header.timestamp,
                log: block.logs.get(log_index as usize).map(|log| LogFact::Hash(log.hash())),
            },
            None if number > tip.header.number => SourceBlock::Future { head: position(tip) },
            None => SourceBlock::Pruned { first: position(first) },
        }
    }

    fn assert_is(&self, snapshot: &Snapshot, chain_id: U256) {
        let highest = self.blocks.last().map_or(0, |block| block.header.number) + 2;
        for number in 0..=highest {
            for log_index in (0..=101).chain([u32::MAX]) {
                assert_eq!(
                    snapshot.source(chain_id, number, log_index).expect("it is read"),
                    self.source(number, log_index),
                    "log {log_index} of block {number} of chain {chain_id}"
                );
            }
        }
        for block in &self.blocks {
            let number = block.header.number;
            assert_eq!(snapshot.header(chain_id, number).expect("it is read"), Some(block.header));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Two chains side by side, against lists of blocks, and once more after the index was opened anew.
    #[test]
    fn knows_what_a_list_of_blocks_knows(steps in steps()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("index.redb");
        let index = LogIndex::open(&path).expect("a new index");
        let mut models = [(CHAIN, Model::default()), (LARGE_CHAIN, Model::default())];
        for (second, step) in &steps {
            let (chain_id, model) = &mut models[usize::from(*second)];
            model.take(&index, *chain_id, step);
        }
        for (chain_id, model) in &models {
            model.assert_is(&index.snapshot().expect("a snapshot"), *chain_id);
        }
        drop(index);
        let index = LogIndex::open(&path).expect("the index again");
        for (chain_id, model) in &models {
            model.assert_is(&index.snapshot().expect("a snapshot"), *chain_id);
        }
    }
}

fn index_of(blocks: &[Block]) -> LogIndex {
    let index = LogIndex::in_memory().expect("an index");
    let changes: Vec<_> = blocks.iter().map(|block| Change::Append(block.indexed())).collect();
    index.apply(CHAIN, &changes).expect("it is applied");
    index
}

#[test]
fn a_snapshot_does_not_change() {
    let first = Block::above(&genesis(), 1, vec![Log::of(1)]);
    let second = Block::above(&first.header, 1, vec![Log::of(2)]);
    let index = index_of(&[first.clone(), second.clone()]);
    let before = index.snapshot().expect("a snapshot");
    let rival = Block::above(&first.header, 2, vec![]);
    let number = second.header.number;
    let reorg = [Change::Truncate { from: number }, Change::Append(rival.indexed())];
    index.apply(CHAIN, &reorg).expect("it is applied");

    let log = Some(LogFact::Hash(second.logs[0].hash()));
    let timestamp = second.header.timestamp;
    let source = |snapshot: &Snapshot| snapshot.source(CHAIN, number, 0).expect("it is read");
    assert_eq!(source(&before), SourceBlock::Known { timestamp, log });
    let after = index.snapshot().expect("a snapshot");
    assert_eq!(source(&after), SourceBlock::Known { timestamp, log: None });
    assert_eq!(after.chain(CHAIN).map(|chain| chain.tip), Some(rival.header));
}

#[test]
fn a_block_that_does_not_stand_on_the_newest_is_refused_with_all_changes() {
    let first = Block::above(&genesis(), 1, vec![Log::of(1)]);
    let index = index_of(std::slice::from_ref(&first));
    let good = Block::above(&first.header, 1, vec![]);
    let wrong_parent = Header { parent_hash: genesis().hash, ..Block::above(&good.header, 1, vec![]).header };
    let gap = Header { number: 9, ..Block::above(&good.header, 1, vec![]).header };
    let older = Header { timestamp: 0, ..Block::above(&good.header, 1, vec![]).header };
    for bad in [wrong_parent, gap, older] {
        let changes = [Change::Append(good.indexed()), Change::Append(IndexedBlock::new(bad))];
        let error = index.apply(CHAIN, &changes).expect_err("it is refused");
        assert!(matches!(error, IndexError::NotLinked { tip: Some(2), .. }), "{error}");
        let snapshot = index.snapshot().expect("a snapshot");
        assert_eq!(snapshot.chain(CHAIN).map(|chain| chain.tip), Some(first.header));
    }
}

#[test]
fn executing_messages_are_found_again() {
    let source = Block::above(&genesis(), 1, vec![Log::of(7)]);
    let message =
        ExecutingMessage { msg_hash: source.logs[0].hash(), identifier: source.identifier(LARGE_CHAIN, 0) };
    let block = Block::above(&genesis(), 2, vec![Log::of(1), Log::executing(&message), Log::of(2)]);
    let index = index_of(std::slice::from_ref(&block));
    let snapshot = index.snapshot().expect("a snapshot");
    let number = block.header.number;
    assert_eq!(snapshot.executing(CHAIN, number).expect("it is read"), [(1, message)]);

    index.apply(CHAIN, &[Change::Truncate { from: number }]).expect("it is applied");
    let snapshot = index.snapshot().expect("a snapshot");
    assert_eq!(snapshot.executing(CHAIN, number).expect("it is read"), []);
}

#[test]
fn an_executing_message_that_does_not_decode_is_an_error() {
    let mut log = Log::executing(&ExecutingMessage {
        msg_hash: genesis().hash,
        identifier: Block::above(&genesis(), 1, vec![Log::of(1)]).identifier(CHAIN, 0),
    });
    log.data.pop();
    let mut block = IndexedBlock::new(genesis());
    assert!(block.push_log(log.emitter, &log.topics, &log.data).is_err());
}

#[test]
fn the_failsafe_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.redb");
    let open = || LogIndex::open(&path).expect("the index");
    assert!(!open().failsafe().expect("it is read"));
    open().set_failsafe(true).expect("it is written");
    assert!(open().failsafe().expect("it is read"));
    open().set_failsafe(false).expect("it is written");
    assert!(!open().failsafe().expect("it is read"));
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.redb");
    let _index = LogIndex::open(&path).expect("a new index");
    let error = LogIndex::open(&path).expect_err("it is open");
    assert!(matches!(error, IndexError::Database(_)), "{error}");
}
