use crate::{IndexError, Snapshot};
use alloy_primitives::{B256, U256};
use causeway_interop::{
    Access, AccessListDecoder, AccessListError, Claim, DependencySet, Facts, InvalidReason, Missing, RpcCode,
    SafetyLevel, SameTimestamp, Verdict, rules,
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

/// Why an access list was not admitted. The first entry in the list that is not valid decides.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There are more entries than are looked at.
    #[error("{count} access-list entries are more than the {max} that are looked at")]
    TooManyEntries {
        /// Entries in the request.
        count: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// The entries are not an access list of the inbox.
    #[error(transparent)]
    Malformed(#[from] AccessListError),
    /// No level of safety of that name can be asked for.
    #[error("safety level {level} is not supported here: ask for unsafe")]
    UnsupportedSafety {
        /// The level.
        level: SafetyLevel,
    },
    /// A message must not be executed.
    #[error("message {message}: {reason}")]
    Invalid {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// The rule that it breaks.
        reason: InvalidReason,
    },
    /// A message cannot be decided yet.
    #[error("message {message}: {missing}")]
    Unknown {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// What is missing.
        missing: Missing,
    },
    /// The index failed. This says nothing of the messages.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl Refusal {
    /// The code that clients act on.
    pub const fn rpc_code(&self) -> i32 {
        match self {
            Self::TooManyEntries { .. } | Self::UnsupportedSafety { .. } => RpcCode::InvalidParams.value(),
            Self::Malformed(error) => error.rpc_code(),
            Self::Invalid { reason, .. } => reason.rpc_code(),
            Self::Unknown { missing, .. } => missing.rpc_code(),
            // Our own fault must not cost anybody a transaction: clients try again.
            Self::Index(_) => RpcCode::UninitializedChainDatabase.value(),
        }
    }
}

impl Admission {
    /// Judges by the rules of a dependency set. Messages of the executing block's own timestamp are allowed, as in the
    /// protocol, and requests of up to 1,000 entries are looked at.
    pub const fn new(set: DependencySet) -> Self {
        Self { set, same_timestamp: SameTimestamp::Allowed, max_entries: 1000 }
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

    /// Checks every message that the entries declare, and stops at the first that is not valid.
    ///
    /// A message that is declared twice is checked once. All are judged by one snapshot.
    #[expect(clippy::result_large_err, reason = "it is the answer to a request, and moves once")]
    pub fn check(
        &self,
        entries: &[B256],
        min_safety: SafetyLevel,
        executing: &ExecutingDescriptor,
        snapshot: &Snapshot,
    ) -> Result<(), Refusal> {
        if entries.len() > self.max_entries {
            return Err(Refusal::TooManyEntries { count: entries.len(), max: self.max_entries });
        }
        if min_safety != SafetyLevel::Unsafe {
            return Err(Refusal::UnsupportedSafety { level: min_safety });
        }
        let mut seen = HashSet::new();
        for (message, access) in AccessListDecoder::new(entries).enumerate() {
            let access = access?;
            // The checksum alone would not do: a second declaration may name another place, and be false.
            if !seen.insert(access) {
                continue;
            }
            match self.judge(access, executing, snapshot)? {
                Verdict::Valid => {}
                Verdict::Invalid(reason) => return Err(Refusal::Invalid { message, access, reason }),
                Verdict::Unknown(missing) => return Err(Refusal::Unknown { message, access, missing }),
            }
        }
        Ok(())
    }

    /// The verdict on one declared message.
    pub fn judge(
        &self,
        access: Access,
        executing: &ExecutingDescriptor,
        snapshot: &Snapshot,
    ) -> Result<Verdict, IndexError> {
        let claim = Claim::declared(executing.chain_id, executing.timestamp, access)
            .with_timeout(executing.timeout)
            .with_same_timestamp(self.same_timestamp);
        // What a claim shows by itself costs no look-up.
        if let Err(reason) = rules::check_claim(&claim, &self.set) {
            return Ok(reason.into());
        }
        let block = snapshot.source(access.chain_id, access.block_number, access.log_index)?;
        Ok(rules::check(&claim, &self.set, &Facts::new(block)))
    }
}
