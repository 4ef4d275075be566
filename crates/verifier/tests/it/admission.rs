use crate::chain::{Block, Log, genesis};
use alloy_primitives::{B256, U256};
use causeway_interop::{
    Access, Checksum, DependencySet, InvalidReason, Member, Missing, SafetyLevel, SameTimestamp,
};
use causeway_verifier::{
    Admission, Core, ExecutingDescriptor, LogIndex, NoRecall, Refusal, SourceEvent, View,
};
use std::sync::Arc;

const SOURCE: U256 = U256::from_limbs([901, 0, 0, 0]);
const HERE: U256 = U256::from_limbs([902, 0, 0, 0]);

/// Chain 901 with one block of two logs, known to the index.
struct World {
    block: Block,
    view: Arc<View>,
    admission: Admission,
    executing: ExecutingDescriptor,
}

fn world() -> World {
    let block = Block::above(&genesis(), 1, vec![Log::of(1), Log::of(2)]);
    let member = Member { activation: 0, block_time: 2 };
    let set = DependencySet::builder().chain(SOURCE, member).chain(HERE, member).build().expect("a set");
    let mut core = Core::resume(LogIndex::in_memory().expect("an index"), set.clone()).expect("a core");
    let news = vec![(SOURCE, SourceEvent::Block(block.indexed()))];
    World {
        view: core.step(news).expect("it is applied").view,
        admission: Admission::new(set),
        executing: ExecutingDescriptor { chain_id: HERE, timestamp: block.header.timestamp + 10, timeout: 0 },
        block,
    }
}

impl World {
    #[expect(clippy::result_large_err, reason = "as what it calls")]
    fn check(&self, accesses: &[Access]) -> Result<(), Refusal> {
        let entries: Vec<B256> = accesses.iter().flat_map(Access::entries).collect();
        self.admission.check(&entries, SafetyLevel::Unsafe, &self.executing, &self.view, &NoRecall)
    }

    fn code(&self, accesses: &[Access]) -> i32 {
        self.check(accesses).expect_err("it is refused").rpc_code()
    }
}

#[test]
fn what_is_on_the_chain_is_admitted() {
    let world = world();
    let [first, second] = [0, 1].map(|index| world.block.access(SOURCE, index));
    world.check(&[first, second, first]).expect("it is admitted");
    world.check(&[]).expect("nothing is declared");
}

#[test]
fn a_lagging_source_is_asked_for_again_and_never_invalid() {
    let world = world();
    let mut next = world.block.access(SOURCE, 0);
    next.block_number += 1;
    next.timestamp += 2;
    assert_eq!(world.code(&[next]), -321401);
    let mut older = next;
    older.block_number = 0;
    older.timestamp = genesis().timestamp;
    assert!(matches!(
        world.check(&[older]),
        Err(Refusal::Unknown { message: 0, missing: Missing::History { .. }, .. })
    ));
    let of_unknown = world.block.access(HERE, 0);
    assert_eq!(world.code(&[of_unknown]), -320400);
}

#[test]
fn what_the_chain_refutes_is_invalid_and_named() {
    let world = world();
    let good = world.block.access(SOURCE, 0);
    let forged = Access { checksum: Checksum(B256::repeat_byte(3)), ..good };
    let beyond = Access { log_index: 2, ..good };
    let late = Access { timestamp: good.timestamp + 1, ..good };
    for bad in [forged, beyond, late] {
        let refusal = world.check(&[good, bad]).expect_err("it is refused");
        assert!(matches!(refusal, Refusal::Invalid { message: 1, access, .. } if access == bad), "{refusal}");
        assert_eq!(refusal.rpc_code(), -320600);
    }
}

/// The second declaration has the first one's checksum and names another place.
#[test]
fn a_checksum_that_was_found_once_does_not_vouch_for_another_place() {
    let world = world();
    let good = world.block.access(SOURCE, 0);
    let elsewhere = Access { log_index: 1, ..good };
    assert_eq!(world.code(&[good, elsewhere]), -320600);
}

#[test]
fn chains_and_times_are_judged_without_the_chain() {
    let mut world = world();
    let good = world.block.access(SOURCE, 0);
    assert_eq!(world.code(&[Access { chain_id: U256::from(5), ..good }]), -320501);
    world.executing.timestamp = good.timestamp + 604_800;
    world.check(&[good]).expect("its last second");
    world.executing.timeout = 1;
    assert!(matches!(
        world.check(&[good]),
        Err(Refusal::Invalid { reason: InvalidReason::ExpiresBeforeTimeout { .. }, .. })
    ));
}

/// The chain that executes is a second behind, or exactly as far: its next block may have the message.
#[test]
fn what_is_true_in_a_later_block_is_a_retry() {
    let mut world = world();
    let good = world.block.access(SOURCE, 0);
    let forged = Access { checksum: Checksum(B256::repeat_byte(3)), ..good };
    for behind in [0, 1, 2, 700_000] {
        world.executing.timestamp = good.timestamp - behind;
        let refusal = world.check(&[good]).expect_err("it is refused");
        let rule = if behind == 0 { "same-timestamp" } else { "future-message" };
        assert_eq!((refusal.rule(), refusal.rpc_code(), refusal.data().retry), (rule, -321401, true));
        assert!(
            matches!(refusal, Refusal::Unknown { missing: Missing::Time { from, .. }, .. } if from == good.timestamp + 1)
        );
        // Waiting does not make true what is not.
        assert_eq!(world.code(&[forged]), -320600);
        assert_eq!(world.code(&[Access { log_index: 7, ..good }]), -320600);
    }
    world.executing.timestamp = good.timestamp;
    world.admission = world.admission.with_same_timestamp(SameTimestamp::Allowed);
    world.check(&[good]).expect("the protocol allows messages of the same second");
}

/// A list comes true with all of its messages or not at all.
#[test]
fn of_a_list_the_hopeless_decides() {
    let mut world = world();
    let good = world.block.access(SOURCE, 0);
    let forged = Access { checksum: Checksum(B256::repeat_byte(3)), ..good };
    let foreign = Access { chain_id: U256::from(5), ..good };
    let unseen = Access { block_number: good.block_number + 1, timestamp: good.timestamp + 2, ..good };
    let nothing_known = Access { chain_id: HERE, ..good };
    for waits in [unseen, nothing_known] {
        for hopeless in [forged, foreign] {
            let last = world.check(&[good, waits, hopeless, foreign]).expect_err("it is refused");
            assert!(
                matches!(last, Refusal::Invalid { message: 2, access, .. } if access == hopeless),
                "{last}"
            );
            let first = world.check(&[hopeless, waits]).expect_err("it is refused");
            assert!(matches!(first, Refusal::Invalid { message: 0, .. }), "{first}");
        }
        let refusal = world.check(&[good, waits, unseen, nothing_known]).expect_err("it is refused");
        assert!(
            matches!(refusal, Refusal::Unknown { message: 1, access, .. } if access == waits),
            "{refusal}"
        );
    }

    // What cannot be read goes before everything.
    for accesses in [[unseen, good], [forged, good]] {
        let mut entries: Vec<B256> = accesses.iter().flat_map(Access::entries).collect();
        entries.push(B256::repeat_byte(9));
        let checked =
            world.admission.check(&entries, SafetyLevel::Unsafe, &world.executing, &world.view, &NoRecall);
        assert!(matches!(checked, Err(Refusal::Malformed(_))), "{checked:?}");
    }

    // A list that is too long is not looked at.
    world.admission = world.admission.with_max_entries(3);
    assert!(matches!(world.check(&[forged, unseen]), Err(Refusal::TooManyEntries { count: 4, max: 3 })));
}

/// As many messages as a block of 60 million gas has keys for, at 1,900 a key.
#[test]
fn what_a_block_can_hold_is_looked_at() {
    let world = world();
    let good = world.block.access(SOURCE, 0);
    world.check(&vec![good; 60_000_000 / 1_900 / 2]).expect("it is admitted");
}

#[test]
fn requests_have_limits() {
    let mut world = world();
    let good = world.block.access(SOURCE, 0);
    world.admission = world.admission.with_max_entries(2);
    world.check(&[good]).expect("two entries");
    let refusal = world.check(&[good, good]).expect_err("four entries");
    assert!(matches!(refusal, Refusal::TooManyEntries { count: 4, max: 2 }), "{refusal}");
    // The messages may be valid: nobody shall drop them for what is our limit.
    assert_eq!((refusal.rpc_code(), refusal.data().retry), (-320400, true));
    world.admission = world.admission.with_max_entries(0);
    world.check(&vec![good; 100_000]).expect("no limit");
}

#[test]
fn malformed_entries_are_refused() {
    let world = world();
    let entries = [B256::repeat_byte(9)];
    let checked =
        world.admission.check(&entries, SafetyLevel::Unsafe, &world.executing, &world.view, &NoRecall);
    assert_eq!(checked.expect_err("it is refused").rpc_code(), -32602);
}

/// The only block that is known is the one that the chain was begun with, which counts as final.
#[test]
fn every_level_can_be_asked_for() {
    let world = world();
    let entries: Vec<B256> = world.block.access(SOURCE, 0).entries().collect();
    for level in SafetyLevel::ALL {
        let checked = world.admission.check(&entries, level, &world.executing, &world.view, &NoRecall);
        checked.expect("it is admitted");
    }
}
