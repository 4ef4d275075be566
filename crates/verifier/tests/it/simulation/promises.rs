//! What was answered with yes, and whether it is told when it holds no more.

use super::{
    known::Known,
    rules::{Claimed, is_there},
    tally::Tally,
    world::World,
};
use alloy_primitives::{B256, U256};
use causeway_interop::Access;
use causeway_verifier::Invalidated;
use std::collections::{HashMap, HashSet};
use tokio::sync::broadcast::Receiver;

#[derive(Debug, Default)]
pub(super) struct Promises {
    /// Everything that was asked for and was there.
    asked: HashMap<B256, Access>,
    /// What was answered with yes, and holds.
    admitted: HashSet<Access>,
    /// What was said to be gone, and is.
    gone: HashSet<Access>,
}

/// What is known, and by whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    pub(super) world: &'a World,
    pub(super) known: &'a [Known],
}

impl Ground<'_> {
    fn has(&self, access: &Access, with_pruned: bool) -> bool {
        let place = self.world.place(access.chain_id);
        place.is_some_and(|place| is_there(&self.known[place], Claimed::Declared(access), with_pruned))
    }
}

impl Promises {
    /// Notes what is asked for.
    pub(super) fn ask(&mut self, accesses: &[Access], ground: Ground<'_>) {
        let there = accesses.iter().filter(|access| ground.has(access, false));
        self.asked.extend(there.map(|access| (access.checksum.0, *access)));
    }

    /// Notes what is answered with yes.
    pub(super) fn admit(&mut self, accesses: &[Access]) {
        self.admitted.extend(accesses);
    }

    /// A restart makes an end of them: those who were told yes have to ask again.
    pub(super) fn restart(&mut self) {
        self.admitted.clear();
        self.gone.clear();
    }

    /// What was admitted and is gone must be told after a step that removed blocks, and nothing else.
    pub(super) fn check_step(
        &mut self,
        removed: &[(U256, u64)],
        notices: &mut Receiver<Invalidated>,
        ground: Ground<'_>,
        tally: &mut Tally,
    ) {
        let told = self.take(notices, ground);
        tally.add("verdicts overturned", told.len() as u64);
        for (chain_id, from) in removed {
            let of_removed = |access: &&Access| access.chain_id == *chain_id && access.block_number >= *from;
            for access in self.admitted.iter().filter(of_removed) {
                if ground.has(access, false) {
                    tally.add("verdicts that outlived a reorg", 1);
                } else {
                    assert!(
                        told.contains(access),
                        "{access:?} was admitted and is gone, and nobody was told"
                    );
                }
            }
        }
        self.admitted.retain(|access| !told.contains(access));
    }

    /// What is admitted by a view of before, and is gone, must have been told by then.
    pub(super) fn check_late(
        &mut self,
        accesses: &[Access],
        notices: &mut Receiver<Invalidated>,
        ground: Ground<'_>,
        tally: &mut Tally,
    ) {
        self.take(notices, ground);
        for access in accesses.iter().filter(|access| !ground.has(access, true)) {
            tally.add("verdicts given too late", 1);
            assert!(
                self.gone.contains(access),
                "{access:?} was gone when it was admitted, and nobody was told"
            );
        }
    }

    /// What is said to be gone now.
    fn take(&mut self, notices: &mut Receiver<Invalidated>, ground: Ground<'_>) -> HashSet<Access> {
        let mut told = HashSet::new();
        while let Ok(notice) = notices.try_recv() {
            for checksum in notice.checksums {
                let access = self.asked[&checksum.0];
                assert_eq!(access.chain_id, notice.chain_id, "the chain of an overturned verdict");
                assert!(!ground.has(&access, false), "{access:?} is said to be gone, and is there");
                assert!(told.insert(access), "{access:?} is said to be gone twice");
            }
        }
        self.gone.retain(|access| !ground.has(access, false));
        self.gone.extend(&told);
        told
    }
}
