use crate::{IndexError, Refusal, SourceState, View};
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
    /// A message takes two or three, and more than 40,000 gas to relay: no block has room for so many.
    pub const MAX_ENTRIES: usize = 4_096;

    /// Judges by the rules of a dependency set. Messages of the executing block's own timestamp are allowed, as in the
    /// protocol.
    pub const fn new(set: DependencySet) -> Self {
        Self { set, same_timestamp: SameTimestamp::Allowed, max_entries: Self::MAX_ENTRIES }
    }

    /// Sets whether a message may be executed in the second in which it was initiated. Some sequencers forbid it.
    pub const fn with_same_timestamp(mut self, same_timestamp: SameTimestamp) -> Self {
        self.same_timestamp = same_timestamp;
        self
    }

    /// Sets how many entries of one request are looked at.
    pub const fn with_max_entries(mut self, max_entries: usize) -> Self {
        self.max_entries = max_entries;
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

    /// Checks every message that the entries declare, and stops at the first that is not valid. All are judged by one view.
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
        let mut seen = Seen::of(entries.len());
        for (message, access) in AccessListDecoder::new(entries).enumerate() {
            let access = access?;
            // The checksum alone would not do: a second declaration may name another place, and be false.
            if seen.insert(access) {
                self.check_message(message, access, min_safety, executing, view, recall)?;
            }
        }
        Ok(())
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
        match self.judge(access, min_safety, executing, view, recall)? {
            Verdict::Valid => {}
            Verdict::Invalid(reason) => return Err(Refusal::Invalid { message, access, reason }),
            Verdict::Unknown(missing) => return Err(Refusal::Unknown { message, access, missing }),
        }
        // What a chain's own trouble speaks against is asked last: a message that is invalid anyhow is called so.
        let Some(chain) = view.chain(access.chain_id) else { return Ok(()) };
        let is_final = || chain.heads.finalized.is_some_and(|head| access.block_number <= head.number);
        match &chain.state {
            SourceState::Suspended { reason } => {
                return Err(Refusal::Source { message, access, state: "suspended", reason: reason.clone() });
            }
            SourceState::Stale { reason } if !is_final() => {
                return Err(Refusal::Source { message, access, state: "stale", reason: reason.clone() });
            }
            _ => {}
        }
        let falls = |block: &&crate::FallenBlock| {
            block.chain_id == access.chain_id && block.takes(access.block_number, access.log_index)
        };
        match view.fallen().iter().find(falls) {
            Some(block) => Err(Refusal::Falling { message, access, fallen: block.header.number }),
            None => Ok(()),
        }
    }

    /// The verdict of the rules on one declared message.
    pub fn judge(
        &self,
        access: Access,
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
        view: &View,
        recall: &impl Recall,
    ) -> Result<Verdict, IndexError> {
        let claim = Claim::declared(executing.chain_id, executing.timestamp, access)
            .with_timeout(executing.timeout)
            .with_min_safety(min_safety)
            .with_same_timestamp(self.same_timestamp);
        // What a claim shows by itself costs no look-up.
        if let Err(reason) = rules::check_claim(&claim, &self.set) {
            return Ok(reason.into());
        }
        let status = view.chain(access.chain_id);
        let epoch = status.map_or(0, |status| status.epoch);
        let head = status.and_then(|status| status.heads.at(min_safety)).map(|head| head.number);
        if recall.is_known(&access, epoch) {
            return Ok(rules::check_safety(&claim, head));
        }
        let block = view.snapshot().source(access.chain_id, access.block_number, access.log_index)?;
        let verdict = rules::check_source(&claim, &Facts::new(block).with_safety_head(head));
        if verdict.is_valid() {
            recall.remember(&access, epoch);
        }
        Ok(verdict)
    }
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
