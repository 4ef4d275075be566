//! What must be true of a lane after every event, and chaos to try it with.

mod chaos;
mod wakefulness;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::wakefulness::check_wakefulness;
use crate::engine::{
    Lane,
    attempt::{Slot, Stage},
    entry::Phase,
};

/// Checks what holds between the parts of a lane, whatever the events were.
pub(super) fn check_consistency(lane: &Lane) {
    let mut holders = BTreeMap::new();
    for (slot, attempt) in lane.fleet.attempts() {
        assert!(!attempt.versions.is_empty() || attempt.stage == Stage::Signing);
        assert!(attempt.signing.is_empty() || attempt.stage == Stage::Signing);
        assert!(
            !attempt.void || matches!(attempt.stage, Stage::Pooled | Stage::Checking) && attempt.is_out()
        );
        assert!(!attempt.void || !lane.is_moot(attempt), "{slot:?} is void for nobody");
        for message in &attempt.members {
            assert_eq!(holders.insert(*message, slot), None, "two attempts for {message}");
            match lane.roster.phase(*message) {
                Some(Phase::Attempted { slot: at }) => {
                    assert!(at == slot && !attempt.void, "{slot:?}: {lane:#?}");
                }
                None | Some(Phase::Asleep { .. } | Phase::Napping) => {}
                Some(phase) => assert!(attempt.void, "{slot:?} {phase:?}: {lane:#?}"),
            }
        }
    }
    for (account, of) in lane.fleet.iter() {
        for (nonce, inquest) in &of.inquests {
            let slot = Slot { account, nonce: *nonce };
            for item in &inquest.failed {
                assert_eq!(holders.insert(item.message, slot), None, "two attempts for {}", item.message);
            }
        }
    }
    for entry in lane.roster.iter() {
        if let Phase::Attempted { slot } = entry.phase {
            assert_eq!(holders.get(&entry.message.hash), Some(&slot), "an attempt without an attempt");
        }
    }
    if !lane.roster.weights().is_empty() {
        let by_flow: usize = lane.roster.flows().map(|(_, count)| count).sum();
        assert_eq!(by_flow, lane.roster.queued(false).count(), "whose turn would never come");
    }
    let signers: BTreeSet<_> = lane.fleet.iter().map(|(_, account)| account.signer).collect();
    assert_eq!(signers.len(), lane.fleet.iter().count());
}
