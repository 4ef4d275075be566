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
    world.executing.timestamp = good.timestamp - 1;
    assert_eq!(world.code(&[good]), -320600);
    world.executing.timestamp = good.timestamp;
    world.check(&[good]).expect("the protocol allows messages of the same second");
    world.admission = world.admission.with_same_timestamp(SameTimestamp::Forbidden);
    assert_eq!(world.code(&[good]), -320600);
    world.executing.timestamp = good.timestamp + 604_800;
    world.check(&[good]).expect("its last second");
    world.executing.timeout = 1;
    assert!(matches!(
        world.check(&[good]),
        Err(Refusal::Invalid { reason: InvalidReason::ExpiresBeforeTimeout { .. }, .. })
    ));
}

#[test]
fn requests_have_limits() {
    let mut world = world();
    let good = world.block.access(SOURCE, 0);
    world.admission = world.admission.with_max_entries(2);
    world.check(&[good]).expect("two entries");
    let refusal = world.check(&[good, good]).expect_err("four entries");
    assert!(matches!(refusal, Refusal::TooManyEntries { count: 4, max: 2 }), "{refusal}");
    assert_eq!(refusal.rpc_code(), -32602);
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
