use crate::{ChainStatus, FallenBlock, IndexError, Refusal, SourceState, View};
use alloy_primitives::{B256, U256};
use causeway_interop::{
    Access, AccessListDecoder, Claim, DependencySet, Facts, SafetyLevel, SameTimestamp, Verdict, rules,
};
use std::collections::HashSet;

/// Where and when a transaction wants to execute its messages.
///
/// Specs: "Supervisor", section "ExecutingDescriptor".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecutingDescriptor {
    /// The chain.
    pub chain_id: U256,
    /// The timestamp of the block, in seconds. Sequencers give that of the block that they are about to build.
    pub timestamp: u64,
    /// For how many more seconds the messages have to stay valid.
    pub timeout: u64,
}

/// Decides whether the messages that an access list declares may be executed.
#[derive(Clone, Debug)]
pub struct Admission {
    set: DependencySet,
    same_timestamp: SameTimestamp,
    max_entries: usize,
}

/// What was found true before: that a declared log is on its chain. It spares looking again.
pub trait Recall {
    /// Whether the log was found there in this epoch of its chain.
    fn is_known(&self, access: &Access, epoch: u64) -> bool;
    /// Notes that it was found there.
    fn remember(&self, access: &Access, epoch: u64);
}

/// Remembers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRecall;

impl Recall for NoRecall {
    fn is_known(&self, _: &Access, _: u64) -> bool {
        false
    }

    fn remember(&self, _: &Access, _: u64) {}
}

impl Admission {
    /// Entries of a request that are looked at unless something else is set.
    ///
    /// Each costs its transaction 1,900 gas: one that fills a block of 60 million gas with them has 31,566, and what the
    /// usual pools take, 128 KiB, has no more than 3,971.
    pub const MAX_ENTRIES: usize = 32_768;

    /// Judges by the rules of a dependency set. Messages of the executing block's own timestamp have to wait for the next:
    /// blocks may have them, but the filter that others run takes a block with one for a fault of its own.
    pub const fn new(set: DependencySet) -> Self {
        Self { set, same_timestamp: SameTimestamp::Forbidden, max_entries: Self::MAX_ENTRIES }
    }

    /// Sets whether a message may be executed in the second in which it was initiated, as the protocol allows it.
    pub const fn with_same_timestamp(mut self, same_timestamp: SameTimestamp) -> Self {
        self.same_timestamp = same_timestamp;
        self
    }

    /// Sets how many entries of one request are looked at; 0 sets no limit.
    pub const fn with_max_entries(mut self, max_entries: usize) -> Self {
        self.max_entries = match max_entries {
            0 => usize::MAX,
            limit => limit,
        };
        self
    }

    /// The dependency set.
    pub const fn dependency_set(&self) -> &DependencySet {
        &self.set
    }

    /// How many entries of one request are looked at.
    pub const fn max_entries(&self) -> usize {
        self.max_entries
    }

    /// Checks every message that the entries declare. All are judged by one view.
    ///
    /// What is final goes before what is not: entries that are malformed decide, then the first message that is invalid, and
    /// only then the first that has to wait. So nobody waits for a list with which it can come to nothing.
    #[expect(clippy::result_large_err, reason = "it is the answer to a request, and moves once")]
    pub fn check(
        &self,
        entries: &[B256],
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
        view: &View,
        recall: &impl Recall,
    ) -> Result<(), Refusal> {
        if view.failsafe() {
            return Err(Refusal::Failsafe);
        }
        if entries.len() > self.max_entries {
            return Err(Refusal::TooManyEntries { count: entries.len(), max: self.max_entries });
        }
        let mut decided: Result<(), Refusal> = Ok(());
        let mut seen = Seen::of(entries.len());
        for (message, access) in AccessListDecoder::new(entries).enumerate() {
            let access = access?;
            // Nothing but a malformed entry goes before what is invalid.
            if matches!(decided, Err(Refusal::Invalid { .. })) {
                continue;
            }
            // The checksum alone would not do: a second declaration may name another place, and be false.
            if !seen.insert(access) {
                continue;
            }
            let checked = self.check_message(message, access, min_safety, executing, view, recall);
            if decided.is_ok() || matches!(checked, Err(Refusal::Invalid { .. })) {
                decided = checked;
            }
        }
        decided
    }

    #[expect(clippy::result_large_err, reason = "it is the answer to a request, and moves once")]
    fn check_message(
        &self,
        message: usize,
        access: Access,
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
        view: &View,
        recall: &impl Recall,
    ) -> Result<(), Refusal> {
        let claim = self.claim(access, min_safety, executing);
        let status = view.chain(access.chain_id);
        // What a claim shows by itself costs no look-up.
        let early = rules::admit_claim(&claim, &self.set).map_err(|reason| Refusal::Invalid {
            message,
            access,
            reason,
        })?;
        let refuted = match (self.look_up(&claim, access, status, view, recall)?, early) {
            (Verdict::Valid, None) => None,
            (Verdict::Valid, Some(missing)) | (Verdict::Unknown(missing), _) => {
                return Err(Refusal::Unknown { message, access, missing });
            }
            (Verdict::Invalid(reason), _) => Some(reason),
        };
        // Facts that do not count prove nothing, and refute nothing either.
        if let Some(refusal) = facts_in_doubt(message, access, view) {
            return Err(refusal);
        }
        match refuted {
            Some(reason) => Err(Refusal::Invalid { message, access, reason }),
            None => Ok(()),
        }
    }

    const fn claim(&self, access: Access, min_safety: SafetyLevel, executing: &ExecutingDescriptor) -> Claim {
        Claim::declared(executing.chain_id, executing.timestamp, access)
            .with_timeout(executing.timeout)
            .with_min_safety(min_safety)
            .with_same_timestamp(self.same_timestamp)
    }

    /// Whether a declared message may be executed, whatever state its chain is in.
    pub fn judge(
        &self,
        access: Access,
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
        view: &View,
        recall: &impl Recall,
    ) -> Result<Verdict, IndexError> {
        let claim = self.claim(access, min_safety, executing);
        let early = match rules::admit_claim(&claim, &self.set) {
            Ok(early) => early,
            Err(reason) => return Ok(reason.into()),
        };
        let verdict = self.look_up(&claim, access, view.chain(access.chain_id), view, recall)?;
        Ok(match (verdict, early) {
            (Verdict::Valid, Some(early)) => early.into(),
            (verdict, _) => verdict,
        })
    }

    /// What the source chain says of a claim.
    fn look_up(
        &self,
        claim: &Claim,
        access: Access,
        status: Option<&ChainStatus>,
        view: &View,
        recall: &impl Recall,
    ) -> Result<Verdict, IndexError> {
        let epoch = status.map_or(0, |status| status.epoch);
        let head = status.and_then(|status| status.heads.at(claim.min_safety)).map(|head| head.number);
        if recall.is_known(&access, epoch) {
            return Ok(rules::check_safety(claim, head));
        }
        let block = view.snapshot().source(access.chain_id, access.block_number, access.log_index)?;
        let verdict = rules::check_source(claim, &Facts::new(block).with_safety_head(head));
        if verdict.is_valid() {
            recall.remember(&access, epoch);
        }
        Ok(verdict)
    }
}

/// Why what is known of a message's block does not count: its chain is in trouble, or the block is about to be replaced.
fn facts_in_doubt(message: usize, access: Access, view: &View) -> Option<Refusal> {
    let state = view.chain(access.chain_id).and_then(|status| state_in_the_way(status, message, access));
    state.or_else(|| {
        let falls = |block: &&FallenBlock| {
            block.chain_id == access.chain_id && block.takes(access.block_number, access.log_index)
        };
        let fallen = view.fallen().iter().find(falls)?;
        Some(Refusal::Falling { message, access, fallen: fallen.header.number })
    })
}

/// The trouble of a chain for which what is known of a message's block does not count.
fn state_in_the_way(status: &ChainStatus, message: usize, access: Access) -> Option<Refusal> {
    let is_final = || status.heads.finalized.is_some_and(|head| access.block_number <= head.number);
    let (state, reason) = match &status.state {
        SourceState::Suspended { reason } => ("suspended", reason),
        SourceState::Stale { reason } if !is_final() => ("stale", reason),
        _ => return None,
    };
    Some(Refusal::Source { message, access, state, reason: reason.clone() })
}

/// Messages of a request that were looked at.
enum Seen {
    /// One message alone cannot come twice.
    One,
    /// To compare a few with each other costs less than to hash them.
    Few(Vec<Access>),
    Many(HashSet<Access>),
}

impl Seen {
    /// For a request of so many entries.
    fn of(entries: usize) -> Self {
        match entries {
            ..4 => Self::One,
            4..=64 => Self::Few(Vec::new()),
            _ => Self::Many(HashSet::new()),
        }
    }

    /// Adds a message, and says whether it is new.
    fn insert(&mut self, access: Access) -> bool {
        match self {
            Self::One => true,
            Self::Few(seen) => {
                let new = !seen.contains(&access);
                if new {
                    seen.push(access);
                }
                new
            }
            Self::Many(seen) => seen.insert(access),
        }
    }
}
