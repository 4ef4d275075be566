//! What is told of a message when somebody asks.

use alloy::primitives::B256;

use super::{Lane, Phase};
use crate::engine::{Prospect, entry::Entry, origin::Origin, trust::Credit};

impl Lane {
    /// Returns what a message waits for.
    pub fn prospect(&self, message: B256) -> Prospect {
        let Some(entry) = self.roster.get(message) else { return Prospect::Dropped };
        match entry.phase {
            Phase::Attempted { slot } => match self.fleet.get(slot) {
                Some(attempt) if attempt.versions.is_empty() => {
                    Prospect::Signing { signer: self.fleet.signer(slot.account) }
                }
                _ => Prospect::Carried,
            },
            Phase::Napping => Prospect::Pause,
            Phase::Unsettled => Prospect::Safety,
            Phase::Late => Prospect::Late,
            Phase::Early => Prospect::Early,
            Phase::Capped => Prospect::RouteCapped,
            Phase::Asleep { until: block } if entry.refused => Prospect::Refused { block },
            Phase::Asleep { until: block } => {
                self.withheld(entry, block).unwrap_or(Prospect::Block { block })
            }
            Phase::Queued | Phase::Guarding { .. } | Phase::Ready { .. } if self.dear => Prospect::Dear,
            Phase::Queued | Phase::Guarding { .. } | Phase::Ready { .. } if self.is_capped() => {
                Prospect::Capped
            }
            Phase::Queued | Phase::Guarding { .. } | Phase::Ready { .. } => Prospect::Turn,
        }
    }

    /// For whose sake it sleeps until this block, if that is why.
    fn withheld(&self, entry: &Entry, block: u64) -> Option<Prospect> {
        let (origin, gas) = (Origin::of(&entry.message), entry.withheld?);
        let Credit::Used(party) = self.trust.credit(origin, self.now, &self.policy) else { return None };
        let not_before = self.trust.due_at(origin, gas, self.now, &self.policy);
        Some(Prospect::Withheld { party: party.to_string(), block, not_before })
    }
}
