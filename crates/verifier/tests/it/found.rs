//! What the simulation found, each in its simplest form.

use crate::chain::{Block, Log};
use alloy_primitives::{B256, U256, keccak256};
use causeway_interop::{DependencySet, ExecutingMessage, Member};
use causeway_verifier::{Cause, Core, Header, LogIndex, SourceEvent, Step};
use std::collections::HashSet;

const A: U256 = U256::from_limbs([901, 0, 0, 0]);
const B: U256 = U256::from_limbs([902, 0, 0, 0]);
const C: U256 = U256::from_limbs([903, 0, 0, 0]);
const WINDOW: u64 = 20;

fn set() -> DependencySet {
    let member = Member { activation: 0, block_time: 1 };
    let builder =
        [A, B, C].into_iter().fold(DependencySet::builder(), |builder, id| builder.chain(id, member));
    builder.expiry_window(WINDOW).build().expect("a set")
}

fn core() -> Core {
    Core::resume(LogIndex::in_memory().expect("an index"), set()).expect("a core")
}

fn block(number: u64, parent_hash: B256, timestamp: u64, logs: Vec<Log>) -> Block {
    let hash = keccak256([number.to_be_bytes(), timestamp.to_be_bytes(), [logs.len() as u8; 8]].concat());
    Block { header: Header { number, hash, parent_hash, timestamp }, logs, deposit_logs: 0 }
}

/// Blocks with a log each, one a second: block `n` at timestamp `1_000 + n`.
fn row(numbers: std::ops::Range<u64>) -> Vec<Block> {
    let mut parent = B256::ZERO;
    let mut above = |number| {
        let block = block(number, parent, 1_000 + number, vec![Log::of(number)]);
        parent = block.header.hash;
        block
    };
    numbers.map(&mut above).collect()
}

fn above(parent: &Block, timestamp: u64, logs: Vec<Log>) -> Block {
    block(parent.header.number + 1, parent.header.hash, timestamp, logs)
}

fn executes(block: &Block, chain_id: U256, log_index: u32) -> Log {
    let log = &block.logs[log_index as usize];
    let msg_hash = causeway_interop::msg_hash(&log.topics, &log.data);
    Log::executing(&ExecutingMessage { msg_hash, identifier: block.identifier(chain_id, log_index) })
}

/// Blocks of one second on three chains: the messages of two are a circle, in which the second message of the first chain's block
/// depends on one that the third chain's block executes of itself.
struct Circle {
    first: Block,
    left: Block,
    right: Block,
    below: Block,
    /// Stands on that of the third chain.
    after: Block,
}

impl Circle {
    fn of(one: U256, two: U256, third: U256) -> Self {
        let first = row(0..1).remove(0);
        let plain = |fork: u64| above(&first, 1_001, (fork..fork + 4).map(Log::of).collect());
        let mut below = plain(21);
        below.logs[1] = executes(&below.clone(), third, 0);
        let (mut left, mut right) = (plain(1), plain(11));
        left.logs[1] = executes(&right, two, 2);
        left.logs[2] = executes(&below, third, 2);
        right.logs[1] = executes(&left, one, 3);
        let after = above(&below, 1_002, vec![]);
        Self { first, left, right, below, after }
    }
}

fn tell<'a>(core: &mut Core, chain_id: U256, blocks: impl IntoIterator<Item = &'a Block>) -> Step {
    let news = blocks.into_iter().map(|block| (chain_id, SourceEvent::Block(block.indexed())));
    core.step(news.collect()).expect("it is applied")
}

fn reorg(ancestor: &Block) -> SourceEvent {
    SourceEvent::Reorg { ancestor: ancestor.header }
}

fn labels(safe: Option<&Block>, finalized: Option<&Block>) -> SourceEvent {
    let label = |block: &Block| (block.header.number, block.header.hash);
    SourceEvent::Labels { safe: safe.map(label), finalized: finalized.map(label) }
}

fn cross_unsafe(step: &Step, chain_id: U256) -> Option<Header> {
    step.view.chain(chain_id).expect("a member").heads.cross_unsafe
}

#[test]
fn what_is_final_stays_when_the_node_takes_it_back() {
    let mut core = core();
    let row = row(0..5);
    tell(&mut core, A, &row);
    let label = |block: &Block| Some((block.header.number, block.header.hash));
    let mut labels = |block| {
        let event = SourceEvent::Labels { safe: label(block), finalized: label(block) };
        core.step(vec![(A, event)]).expect("it is applied").view.chain(A).expect("a member").heads
    };
    assert_eq!(labels(&row[3]).finalized, Some(row[3].header));
    let heads = labels(&row[1]);
    assert_eq!([heads.local_safe, heads.safe, heads.finalized], [Some(row[3].header); 3]);
}

/// The reorg makes the chain that lags execute a message that is as old as a message may be.
#[test]
fn what_a_reorg_can_make_needed_again_is_not_pruned() {
    let mut core = core();
    let behind = row(0..101);
    tell(&mut core, B, &behind);
    let ahead = row(0..200);
    tell(&mut core, A, &ahead);
    // Once more, so that what is too old goes.
    let step = tell(&mut core, A, [&above(&ahead[199], 1_200, Vec::new())]);
    assert!(step.view.chain(A).expect("a member").first.is_some_and(|first| first.number > 0));
    let new = above(&behind[90], 1_091, vec![executes(&ahead[71], A, 0)]);
    let news = vec![(B, reorg(&behind[90])), (B, SourceEvent::Block(new.indexed()))];
    assert_eq!(cross_unsafe(&core.step(news).expect("it is applied"), B), Some(new.header));
}

#[test]
fn a_chain_that_begins_anew_further_back_is_not_pruned_by_its_past() {
    let mut core = core();
    let row = row(0..200);
    tell(&mut core, B, &row[50..]);
    tell(&mut core, A, &row[50..]);
    let news = vec![(A, SourceEvent::Forget), (A, SourceEvent::Block(row[40].indexed()))];
    let step = core.step(news).expect("it is applied");
    assert_eq!(step.view.chain(A).expect("a member").first, Some(row[40].header));
    assert_eq!(cross_unsafe(&step, A), Some(row[40].header));
}

#[test]
fn a_chain_that_begins_anew_where_it_was_goes_on_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("index");
    let row = row(0..2);
    {
        let mut core = Core::resume(LogIndex::open(&path).expect("an index"), set()).expect("a core");
        tell(&mut core, A, &row[..1]);
        let news = vec![(A, SourceEvent::Forget), (A, SourceEvent::Block(row[0].indexed()))];
        core.step(news).expect("it is applied");
    }
    let mut core = Core::resume(LogIndex::open(&path).expect("an index"), set()).expect("a core");
    let step = tell(&mut core, A, &row[1..]);
    assert_eq!(cross_unsafe(&step, A), Some(row[1].header));
}

#[test]
fn blocks_that_fall_are_known_right_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("index");
    let row = row(0..2);
    let mut forged = row[1].clone();
    forged.logs = vec![Log::of(99)];
    let bad = above(&row[1], 1_002, vec![executes(&forged, A, 0)]);
    {
        let mut core = Core::resume(LogIndex::open(&path).expect("an index"), set()).expect("a core");
        tell(&mut core, A, row.iter().chain([&bad]));
    }
    let core = Core::resume(LogIndex::open(&path).expect("an index"), set()).expect("a core");
    let view = core.view().expect("a view");
    assert_eq!(view.fallen().iter().map(|block| block.header).collect::<Vec<_>>(), [bad.header]);
    assert_eq!(view.chain(A).expect("a member").heads.cross_unsafe, Some(row[1].header));
}

/// Chain A has no block of second 12 at first, and the claim that it has one is refuted by its block of second 20.
#[test]
fn a_block_may_come_that_is_older_than_the_one_that_it_replaces() {
    let mut core = core();
    let first = row(0..1);
    let late = above(&first[0], 1_020, vec![Log::of(1)]);
    tell(&mut core, A, first.iter().chain([&late]));
    let early = above(&first[0], 1_012, vec![Log::of(2), Log::of(3)]);
    let claims = above(&first[0], 1_015, vec![executes(&early, A, 1)]);
    let step = tell(&mut core, B, first.iter().chain([&claims]));
    assert_eq!(step.view.fallen().len(), 1);
    let news = vec![(A, reorg(&first[0])), (A, SourceEvent::Block(early.indexed()))];
    let step = core.step(news).expect("it is applied");
    assert!(step.view.fallen().is_empty());
    assert_eq!(cross_unsafe(&step, B), Some(claims.header));
}

/// Two chains execute messages of each other in a circle; a third executes what a deposit of one of them emitted, which comes
/// again in the block that replaces it. Whatever the order of their IDs, it waits for that block.
#[test]
fn what_needs_a_deposit_of_a_block_in_a_cycle_waits_for_its_replacement() {
    for [one, two, third] in [[A, B, C], [B, C, A], [A, C, B]] {
        let mut core = core();
        let first = row(0..1);
        let plain =
            |fork: u64| above(&first[0], 1_001, vec![Log::of(fork), Log::of(fork), Log::of(fork + 1)]);
        let (mut left, mut right) = (plain(1), plain(11));
        left.deposit_logs = 1;
        left.logs[1] = executes(&right, two, 2);
        right.logs[1] = executes(&left, one, 2);
        let waits = above(&first[0], 1_001, vec![executes(&left, one, 0)]);
        let news = [(one, &left), (two, &right), (third, &waits)].into_iter().flat_map(|(id, block)| {
            [&first[0], block].map(|block| (id, SourceEvent::Block(block.indexed())))
        });
        let step = core.step(news.collect()).expect("it is applied");
        let fallen: Vec<_> = step.view.fallen().iter().map(|block| (block.chain_id, block.cause)).collect();
        assert_eq!(fallen, [(one.min(two), Cause::Cycle), (one.max(two), Cause::Cycle)]);
        assert_eq!(cross_unsafe(&step, third), Some(first[0].header));
        let replaced = above(&first[0], 1_001, vec![Log::of(1)]);
        let news = vec![(one, reorg(&first[0])), (one, SourceEvent::Block(replaced.indexed()))];
        assert_eq!(cross_unsafe(&core.step(news).expect("it is applied"), third), Some(waits.header));
    }
}

/// Two blocks execute messages of each other in a circle, and one of them a message of a third block behind one that this
/// executes of itself. The third is in no circle, and decided before the circle is known; but of the graph it is left over.
#[test]
fn what_a_cycle_depends_on_falls_with_it_even_if_it_was_found_to_stand() {
    for [one, two, third] in [[A, B, C], [B, C, A], [A, C, B], [C, B, A]] {
        let mut core = core();
        let Circle { first, left, right, below, after } = Circle::of(one, two, third);
        tell(&mut core, third, [&first, &below, &after]);
        let step = core.step(vec![(third, labels(Some(&after), None))]).expect("it is applied");
        let heads = step.view.chain(third).expect("a member").heads;
        let both = (heads.cross_unsafe, heads.safe);
        assert_eq!(both, (Some(after.header), Some(after.header)), "alone it stands");
        tell(&mut core, one, [&first, &left]);
        let step = tell(&mut core, two, [&first, &right]);
        let mut fallen: Vec<_> =
            step.view.fallen().iter().map(|block| (block.chain_id, block.cause)).collect();
        fallen.sort_by_key(|(chain_id, _)| *chain_id);
        assert_eq!(fallen, [A, B, C].map(|chain_id| (chain_id, Cause::Cycle)));
        for chain_id in [one, two, third] {
            let heads = step.view.chain(chain_id).expect("a member").heads;
            let both = (heads.cross_unsafe, heads.safe);
            assert_eq!(both, (Some(first.header), Some(first.header)), "{chain_id}");
        }

        // Without the circle it stands again.
        let replaced = above(&first, 1_001, vec![]);
        let news = vec![(two, reorg(&first)), (two, SourceEvent::Block(replaced.indexed()))];
        let step = core.step(news).expect("it is applied");
        assert_eq!(cross_unsafe(&step, third), Some(after.header));
    }
}

/// Its node calls the third block final before the circle is known. The others fall, and what is final stays.
#[test]
fn what_is_final_does_not_fall_with_a_cycle() {
    for [one, two, third] in [[A, B, C], [B, C, A], [A, C, B]] {
        let mut core = core();
        let Circle { first, left, right, below, after } = Circle::of(one, two, third);
        tell(&mut core, third, [&first, &below, &after]);
        core.step(vec![(third, labels(Some(&below), Some(&below)))]).expect("it is applied");
        tell(&mut core, one, [&first, &left]);
        let step = tell(&mut core, two, [&first, &right]);
        let fallen: HashSet<_> = step.view.fallen().iter().map(|block| block.chain_id).collect();
        assert_eq!(fallen, HashSet::from([one, two]));
        let heads = step.view.chain(third).expect("a member").heads;
        assert_eq!((heads.finalized, heads.cross_unsafe), (Some(below.header), Some(after.header)));
    }
}

/// The next block of the third chain comes together with what makes the circle, and needs nothing of it.
#[test]
fn nothing_stands_on_a_block_that_falls_with_a_cycle() {
    for [one, two, third] in [[A, B, C], [B, C, A], [A, C, B]] {
        let mut core = core();
        let Circle { first, left, right, below, .. } = Circle::of(one, two, third);
        let after = above(&below, 1_002, vec![executes(&first, third, 0)]);
        tell(&mut core, third, [&first, &below]);
        tell(&mut core, one, [&first, &left]);
        tell(&mut core, two, [&first]);
        let news = [(third, &after), (two, &right)];
        let news = news.map(|(chain_id, block)| (chain_id, SourceEvent::Block(block.indexed())));
        let step = core.step(news.into()).expect("it is applied");
        assert_eq!(step.view.fallen().len(), 3);
        assert_eq!(cross_unsafe(&step, third), Some(first.header));
    }
}

/// Two blocks of one second on one chain, of which the first executes a message of the second.
#[test]
fn a_block_that_needs_a_later_one_of_its_chain_falls() {
    let mut core = core();
    let first = row(0..1).remove(0);
    let empty = above(&first, 1_001, vec![]);
    let later = |parent: &Block| above(parent, 1_001, vec![Log::of(5)]);
    let needs = above(&first, 1_001, vec![executes(&later(&empty), A, 0)]);
    let step = tell(&mut core, A, [&first, &needs, &later(&needs)]);
    let fallen: Vec<_> = step.view.fallen().iter().map(|block| (block.header, block.cause)).collect();
    assert_eq!(fallen, [(needs.header, Cause::Cycle)]);
}

/// All in one step, as it comes after a restart of a source: the chain is begun anew, its past is fetched, and a reorg takes back
/// the block that it was begun with.
#[test]
fn a_chain_may_lose_the_block_that_it_was_begun_with() {
    let mut core = core();
    let row = row(0..4);
    tell(&mut core, A, &row);
    let instead = above(&row[1], 1_002, vec![Log::of(50)]);
    let older = |block: &Block| SourceEvent::Older(vec![block.indexed()]);
    let news = vec![
        (A, SourceEvent::Forget),
        (A, SourceEvent::Block(row[2].indexed())),
        (A, older(&row[1])),
        (A, older(&row[0])),
        (A, reorg(&row[1])),
        (A, SourceEvent::Block(instead.indexed())),
    ];
    let step = core.step(news).expect("it is applied");
    assert_eq!(cross_unsafe(&step, A), Some(instead.header));
    let heads = step.view.chain(A).expect("a member").heads;
    assert_eq!(heads.finalized, Some(row[1].header), "what came instead is not believed");
}

/// A block executes two messages of a block in a cycle: what a deposit emitted, which comes again, and what goes with the block.
/// It falls for the second.
#[test]
fn the_message_that_a_block_falls_for_is_named() {
    let mut core = core();
    let first = row(0..1);
    let mut cyclic = above(&first[0], 1_001, (1..5).map(Log::of).collect());
    cyclic.deposit_logs = 1;
    cyclic.logs[1] = executes(&cyclic.clone(), A, 2);
    let depends = above(&first[0], 1_001, vec![executes(&cyclic, A, 0), executes(&cyclic, A, 3)]);
    tell(&mut core, B, [&first[0], &depends]);
    let step = tell(&mut core, A, [&first[0], &cyclic]);
    let cause = |chain_id| {
        step.view.fallen().iter().find(|block| block.chain_id == chain_id).map(|block| block.cause)
    };
    assert_eq!(cause(A), Some(Cause::Cycle));
    assert_eq!(cause(B), Some(Cause::DependsOn { log_index: 1, chain_id: A, block_number: 1 }));
}
