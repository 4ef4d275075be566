use crate::chain::{Block, Log, genesis};
use alloy_primitives::{B256, U256, keccak256};
use causeway_interop::{BlockPosition, ExecutingMessage, Identifier, LogFact, SourceBlock};
use causeway_verifier::{
    ChainView, Change, Header, IndexError, IndexOptions, IndexedBlock, LogIndex, Marks, Snapshot,
};
use proptest::prelude::*;

const CHAIN: U256 = U256::from_limbs([901, 0, 0, 0]);
/// Differs from the other in the upper bits only.
const LARGE_CHAIN: U256 = U256::from_limbs([901, 0, 0, 1]);

/// The chains of the property's test begin this far above block 0, so that there is room below.
const START: u64 = 64;

/// What may be done to a chain.
#[derive(Clone, Debug)]
enum Step {
    Append { logs: u8, executes: bool, later: u64 },
    Prepend { logs: u8, executes: bool, earlier: u64 },
    Truncate { depth: u8 },
    Prune { keep: u8 },
    Mark { depths: [Option<u8>; 4] },
}

fn steps() -> impl Strategy<Value = Vec<Vec<(bool, Step)>>> {
    let block = || (0..100u8, any::<bool>(), 0..3u64);
    // Near the tip, where blocks go.
    let depths = prop::array::uniform4(prop::option::of(0..8u8));
    let step = prop_oneof![
        4 => block().prop_map(|(logs, executes, later)| Step::Append { logs, executes, later }),
        3 => block().prop_map(|(logs, executes, earlier)| Step::Prepend { logs, executes, earlier }),
        1 => (0..6u8).prop_map(|depth| Step::Truncate { depth }),
        1 => (0..6u8).prop_map(|keep| Step::Prune { keep }),
        1 => depths.prop_map(|depths| Step::Mark { depths }),
    ];
    prop::collection::vec(prop::collection::vec((any::<bool>(), step), 0..5), 1..12)
}

/// Bytes for the newest blocks.
fn room() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0), 3 => 0..30_000usize, 2 => Just(usize::MAX)]
}

/// A chain as a list, which is obviously right.
#[derive(Default)]
struct Model {
    blocks: Vec<Block>,
    marks: Marks,
    /// Makes each block differ from all others.
    seed: u64,
}

impl Model {
    fn block(&mut self, header: Header, logs: u8, executes: bool) -> Block {
        let mut list: Vec<_> = (0..u64::from(logs)).map(|log| Log::of(self.seed << 8 | log)).collect();
        if executes {
            let message = ExecutingMessage { msg_hash: header.hash, identifier: identifier(self.seed) };
            list.insert(list.len() / 2, Log::executing(&message));
        }
        Block { header, logs: list, deposit_logs: u32::from(logs / 3) }
    }

    /// A hash that was not used yet.
    fn hash(&mut self) -> B256 {
        self.seed += 1;
        keccak256(self.seed.to_be_bytes())
    }

    /// Takes the step, and says how the index is told. Nothing can be put below an empty chain.
    fn take(&mut self, step: &Step) -> Option<Change> {
        match *step {
            Step::Append { logs, executes, later } => {
                let hash = self.hash();
                let header = match self.blocks.last() {
                    Some(Block { header: tip, .. }) => Header {
                        number: tip.number + 1,
                        hash,
                        parent_hash: tip.hash,
                        timestamp: tip.timestamp + later,
                    },
                    None => Header { number: START, hash, parent_hash: self.hash(), timestamp: 1000 + later },
                };
                let block = self.block(header, logs, executes);
                self.blocks.push(block.clone());
                Some(Change::Append(block.indexed()))
            }
            Step::Prepend { logs, executes, earlier } => {
                let oldest = self.blocks.first()?.header;
                let header = Header {
                    number: oldest.number.checked_sub(1)?,
                    hash: oldest.parent_hash,
                    parent_hash: self.hash(),
                    timestamp: oldest.timestamp - earlier,
                };
                let block = self.block(header, logs, executes);
                self.blocks.insert(0, block.clone());
                Some(Change::Prepend(block.indexed()))
            }
            Step::Truncate { depth } => {
                let keep = self.blocks.len().saturating_sub(depth.into());
                let from = self.blocks.get(keep).map_or(u64::MAX, |block| block.header.number);
                self.blocks.truncate(keep);
                let marks = &mut self.marks;
                for mark in
                    [&mut marks.cross_unsafe, &mut marks.local_safe, &mut marks.safe, &mut marks.finalized]
                {
                    *mark = mark.filter(|number| *number < from).or_else(|| mark.and(from.checked_sub(1)));
                }
                Some(Change::Truncate { from })
            }
            Step::Prune { keep } => {
                let gone = self.blocks.len().saturating_sub(keep.into());
                let first = self.blocks.get(gone).map_or(0, |block| block.header.number);
                if first > 0 {
                    self.blocks.drain(..gone);
                }
                Some(Change::Prune { first })
            }
            Step::Mark { depths } => {
                let tip = self.blocks.last()?.header.number;
                let [cross_unsafe, local_safe, safe, finalized] =
                    depths.map(|depth| depth.map(|depth| tip.saturating_sub(depth.into())));
                self.marks = Marks { cross_unsafe, local_safe, safe, finalized };
                Some(Change::Mark(self.marks))
            }
        }
    }

    /// What is known of a block that has this log at the place in question.
    fn source(&self, number: u64, log: Option<B256>) -> SourceBlock {
        let (Some(first), Some(tip)) = (self.blocks.first(), self.blocks.last()) else {
            return SourceBlock::Uninitialized;
        };
        let position =
            |block: &Block| BlockPosition { number: block.header.number, timestamp: block.header.timestamp };
        match self.blocks.iter().find(|block| block.header.number == number) {
            Some(block) => {
                SourceBlock::Known { timestamp: block.header.timestamp, log: log.map(LogFact::Hash) }
            }
            None if number > tip.header.number => SourceBlock::Future { head: position(tip) },
            None => SourceBlock::Pruned { first: position(first) },
        }
    }

    fn assert_is(&self, snapshot: &Snapshot, chain_id: U256) {
        let view = self.blocks.first().zip(self.blocks.last()).map(|(first, tip)| ChainView {
            first: first.header,
            tip: tip.header,
            marks: self.marks,
        });
        assert_eq!(snapshot.chain(chain_id), view.as_ref());
        assert_eq!(snapshot.chains().find(|(id, _)| *id == chain_id).map(|(_, view)| *view), view);
        let lowest = self.blocks.first().map_or(START, |block| block.header.number).saturating_sub(2);
        let highest = self.blocks.last().map_or(START, |block| block.header.number) + 2;
        for number in lowest..=highest {
            self.assert_number_is(snapshot, chain_id, number);
        }
        for timestamp in 900..1200 {
            let older = self.blocks.iter().rev().find(|block| block.header.timestamp < timestamp);
            assert_eq!(
                snapshot.last_before(chain_id, timestamp).expect("it is read"),
                older.map(|block| block.header),
                "the last block of chain {chain_id} before second {timestamp}"
            );
        }
    }

    fn assert_number_is(&self, snapshot: &Snapshot, chain_id: U256, number: u64) {
        let block = self.blocks.iter().find(|block| block.header.number == number);
        let hashes: Vec<B256> = block.map_or(Vec::new(), |block| block.logs.iter().map(Log::hash).collect());
        for log_index in (0..=101).chain([u32::MAX]) {
            assert_eq!(
                snapshot.source(chain_id, number, log_index).expect("it is read"),
                self.source(number, hashes.get(log_index as usize).copied()),
                "log {log_index} of block {number} of chain {chain_id}"
            );
        }
        let header = snapshot.header(chain_id, number).expect("it is read");
        assert_eq!(header, block.map(|block| block.header));
        let deposit_logs = snapshot.deposit_logs(chain_id, number).expect("it is read");
        assert_eq!(deposit_logs, block.map_or(0, |block| block.deposit_logs));
        let executing = snapshot.executing(chain_id, number).expect("it is read");
        assert_eq!(executing, block.map_or(Vec::new(), Block::executing));
        let next = self
            .blocks
            .iter()
            .find(|block| block.header.number >= number && !block.executing().is_empty())
            .map(|block| block.header.number);
        assert_eq!(snapshot.next_executing(chain_id, number).expect("it is read"), next);
    }
}

/// Where some message stands.
fn identifier(seed: u64) -> Identifier {
    Block::above(&genesis(), seed, vec![Log::of(seed)]).identifier(LARGE_CHAIN, 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Two chains side by side, against lists of blocks. The index is opened anew half the way and at the end, with room in
    /// memory for no block, for a few, or for all.
    #[test]
    fn knows_what_a_list_of_blocks_knows(
        commits in steps(),
        rooms in [room(), room(), room()],
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("index.redb");
        let open = |recent_bytes| {
            let options = IndexOptions { recent_bytes, ..IndexOptions::default() };
            LogIndex::open_with(&path, options).expect("the index")
        };
        let mut models = [(CHAIN, Model::default()), (LARGE_CHAIN, Model { seed: 1 << 20, ..Model::default() })];
        let (before, after) = commits.split_at(commits.len() / 2);
        for (commits, room) in [before, after, &[]].into_iter().zip(rooms) {
            let index = open(room);
            for (chain_id, model) in &models {
                model.assert_is(&index.snapshot(), *chain_id);
            }
            for steps in commits {
                index.apply(&changes(steps, &mut models)).expect("they are applied");
            }
            for (chain_id, model) in &models {
                model.assert_is(&index.snapshot(), *chain_id);
            }
        }
    }
}

/// Takes the steps in the models, and says how the index is told.
fn changes(steps: &[(bool, Step)], models: &mut [(U256, Model); 2]) -> Vec<(U256, Change)> {
    let change = |(second, step): &(bool, Step)| {
        let (chain_id, model) = &mut models[usize::from(*second)];
        model.take(step).map(|change| (*chain_id, change))
    };
    steps.iter().filter_map(change).collect()
}

fn appended(blocks: &[Block]) -> Vec<(U256, Change)> {
    blocks.iter().map(|block| (CHAIN, Change::Append(block.indexed()))).collect()
}

fn index_of(blocks: &[Block]) -> LogIndex {
    let index = LogIndex::in_memory().expect("an index");
    index.apply(&appended(blocks)).expect("it is applied");
    index
}

#[test]
fn a_snapshot_does_not_change() {
    let first = Block::above(&genesis(), 1, vec![Log::of(1)]);
    let second = Block::above(&first.header, 1, vec![Log::of(2)]);
    let index = index_of(&[first.clone(), second.clone()]);
    let before = index.snapshot();
    let rival = Block::above(&first.header, 2, vec![]);
    let number = second.header.number;
    let reorg = [Change::Truncate { from: number }, Change::Append(rival.indexed())];
    index.apply(&reorg.map(|change| (CHAIN, change))).expect("it is applied");

    let log = Some(LogFact::Hash(second.logs[0].hash()));
    let timestamp = second.header.timestamp;
    let source = |snapshot: &Snapshot| snapshot.source(CHAIN, number, 0).expect("it is read");
    assert_eq!(source(&before), SourceBlock::Known { timestamp, log });
    let after = index.snapshot();
    assert_eq!(source(&after), SourceBlock::Known { timestamp, log: None });
    assert_eq!(after.chain(CHAIN).map(|chain| chain.tip), Some(rival.header));
}

#[test]
fn a_block_that_joins_no_end_is_refused_with_all_changes() {
    let below = Block::above(&genesis(), 1, vec![Log::of(3)]);
    let first = Block::above(&below.header, 1, vec![Log::of(1)]);
    let index = index_of(std::slice::from_ref(&first));
    let above = Block::above(&first.header, 1, vec![]);
    let (top, bottom) = (above.header, below.header);
    let tops = [
        Header { parent_hash: genesis().hash, ..top },
        Header { number: 9, ..top },
        Header { timestamp: 0, ..top },
    ];
    let bottoms = [
        Header { hash: genesis().hash, ..bottom },
        Header { number: 0, ..bottom },
        Header { timestamp: u64::MAX, ..bottom },
    ];
    let tops = tops.map(|header| Change::Append(IndexedBlock::new(header)));
    let bottoms = bottoms.map(|header| Change::Prepend(IndexedBlock::new(header)));
    for bad in tops.into_iter().chain(bottoms) {
        let good = Change::Append(Block::above(&genesis(), 1, vec![]).indexed());
        let error = index.apply(&[(LARGE_CHAIN, good), (CHAIN, bad)]).expect_err("it is refused");
        assert!(matches!(error, IndexError::NotLinked { known: Some((2, 2)), .. }), "{error}");
        let snapshot = index.snapshot();
        assert_eq!(
            snapshot.chain(CHAIN).map(|chain| (chain.first, chain.tip)),
            Some((first.header, first.header))
        );
        assert_eq!(snapshot.chains().count(), 1);
    }
    let both = [Change::Append(above.indexed()), Change::Prepend(below.indexed())];
    index.apply(&both.map(|change| (CHAIN, change))).expect("they are applied");
}

#[test]
fn marks_fall_with_the_blocks_that_they_stand_on() {
    let first = Block::above(&genesis(), 1, vec![]);
    let second = Block::above(&first.header, 1, vec![]);
    let index = index_of(&[first.clone(), second.clone()]);
    let (low, high) = (Some(first.header.number), Some(second.header.number));
    let marks = Marks { cross_unsafe: high, local_safe: high, safe: low, finalized: None };
    let truncate = Change::Truncate { from: second.header.number };
    index.apply(&[(CHAIN, Change::Mark(marks)), (CHAIN, truncate)]).expect("they are applied");
    let left = Marks { cross_unsafe: low, local_safe: low, ..marks };
    let snapshot = index.snapshot();
    assert_eq!(snapshot.chain(CHAIN).map(|chain| chain.marks), Some(left));
}

#[test]
fn nothing_is_put_below_an_empty_chain() {
    let index = LogIndex::in_memory().expect("an index");
    let block = Change::Prepend(IndexedBlock::new(genesis()));
    let error = index.apply(&[(CHAIN, block)]).expect_err("it is refused");
    assert!(matches!(error, IndexError::NotLinked { known: None, .. }), "{error}");
}

#[test]
fn a_snapshot_may_be_shared_among_threads() {
    const fn shared<T: Send + Sync + 'static>() {}
    shared::<Snapshot>();
    shared::<LogIndex>();
}

#[test]
fn executing_messages_are_found_again() {
    let source = Block::above(&genesis(), 1, vec![Log::of(7)]);
    let message =
        ExecutingMessage { msg_hash: source.logs[0].hash(), identifier: source.identifier(LARGE_CHAIN, 0) };
    let block = Block::above(&genesis(), 2, vec![Log::of(1), Log::executing(&message), Log::of(2)]);
    let index = index_of(std::slice::from_ref(&block));
    let snapshot = index.snapshot();
    let number = block.header.number;
    assert_eq!(snapshot.executing(CHAIN, number).expect("it is read"), [(1, message)]);

    index.apply(&[(CHAIN, Change::Truncate { from: number })]).expect("it is applied");
    let snapshot = index.snapshot();
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
