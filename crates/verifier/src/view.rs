use crate::{FallenBlock, Header, SafetyHeads, Snapshot};
use alloy_primitives::U256;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Everything that is known at one moment: what is read from it fits together.
#[derive(Debug)]
pub struct View {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) chains: BTreeMap<U256, ChainStatus>,
    pub(crate) fallen: Vec<FallenBlock>,
    pub(crate) failsafe: bool,
}

/// How it stands with a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainStatus {
    /// Whether its node can be followed.
    pub state: SourceState,
    /// The newest block of each level of safety.
    pub heads: SafetyHeads,
    /// The oldest block that is known.
    pub first: Option<Header>,
    /// Whether everything that can still be executed is known.
    pub history_complete: bool,
    /// Why nothing older than the oldest block known can be had, without secrets; `None` while it is fetched, and when it is
    /// complete.
    pub history_ends: Option<Arc<str>>,
    /// Whether the node pushes its heads; otherwise it is polled.
    pub pushed: bool,
    /// How often it has ceased to since the start.
    pub fallbacks: u64,
    /// Changes whenever blocks went away, so what was true of a block in one epoch need not be in another.
    pub epoch: u64,
    /// How many reorgs were seen since the start.
    pub reorgs: u64,
}

/// Whether a chain's node can be followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SourceState {
    /// Its node was not heard of yet.
    #[default]
    Starting,
    /// The index has what the node has.
    Following,
    /// The node is away or not to be believed. What is known of the chain still counts.
    Offline {
        /// What is wrong, without secrets.
        reason: Arc<str>,
    },
    /// The node has been away for so long that only final blocks still count.
    Stale {
        /// What is wrong, without secrets.
        reason: Arc<str>,
    },
    /// The chain is under failsafe: nothing of it counts until the operator resumes it.
    Suspended {
        /// What happened.
        reason: Arc<str>,
    },
}

impl SourceState {
    /// Returns the stable name of the state.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Following => "following",
            Self::Offline { .. } => "offline",
            Self::Stale { .. } => "stale",
            Self::Suspended { .. } => "suspended",
        }
    }

    /// Returns what is wrong, if anything is.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Starting | Self::Following => None,
            Self::Offline { reason } | Self::Stale { reason } | Self::Suspended { reason } => Some(reason),
        }
    }
}

impl fmt::Display for SourceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason() {
            Some(reason) => write!(f, "{}: {reason}", self.code()),
            None => f.write_str(self.code()),
        }
    }
}

impl ChainStatus {
    /// Whether messages of the chain can be judged, as far back as they can be executed or anything can be had.
    pub const fn is_ready(&self) -> bool {
        matches!(self.state, SourceState::Following) && (self.history_complete || self.history_ends.is_some())
    }
}

impl View {
    /// A view of an index alone: every chain in it counts as followed, and no block as safe.
    pub fn of(snapshot: Arc<Snapshot>) -> Self {
        let chains = snapshot.chains().map(|(chain_id, chain)| {
            let heads = SafetyHeads { local_unsafe: Some(chain.tip), ..SafetyHeads::default() };
            let state = SourceState::Following;
            (chain_id, ChainStatus { state, heads, first: Some(chain.first), ..ChainStatus::default() })
        });
        let chains = chains.collect();
        Self { snapshot, chains, fallen: Vec::new(), failsafe: false }
    }

    /// The same with every chain suspended.
    pub(crate) fn suspended(&self, reason: &str) -> Self {
        let state = SourceState::Suspended { reason: reason.into() };
        let chains = self
            .chains
            .iter()
            .map(|(chain_id, status)| (*chain_id, ChainStatus { state: state.clone(), ..status.clone() }));
        let (snapshot, fallen) = (Arc::clone(&self.snapshot), self.fallen.clone());
        Self { snapshot, chains: chains.collect(), fallen, failsafe: self.failsafe }
    }

    /// The index.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Every chain of the dependency set, by ascending ID.
    pub fn chains(&self) -> impl Iterator<Item = (U256, &ChainStatus)> {
        self.chains.iter().map(|(chain_id, status)| (*chain_id, status))
    }

    /// A chain of the dependency set.
    pub fn chain(&self, chain_id: U256) -> Option<&ChainStatus> {
        self.chains.get(&chain_id)
    }

    /// Whether the operator has switched all checks off.
    pub const fn failsafe(&self) -> bool {
        self.failsafe
    }

    /// The blocks that have to be replaced, at most one a chain: every block above one falls with it.
    pub fn fallen(&self) -> &[FallenBlock] {
        &self.fallen
    }
}
