use alloy_primitives::Address;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What one of several relayers does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes the chain's blocks in.
    Index,
    /// Signs with this account.
    Signer(Address),
    /// Is there, and could work for the chain: one of those who divide the work, in this place among them.
    Member(u32),
    /// The same, but cannot work for the chain at present: its node does not answer.
    Away(u32),
}

impl Role {
    /// Whether something is done under it. Only being there is no work.
    pub const fn is_work(self) -> bool {
        !matches!(self, Self::Member(_) | Self::Away(_))
    }

    /// The name, as in the database.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Index => "index".to_owned(),
            Self::Signer(signer) => format!("{signer:#x}"),
            Self::Member(place) => format!("member {place}"),
            Self::Away(place) => format!("away {place}"),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.split_once(' ') {
            Some(("member", place)) => place.parse().ok().map(Self::Member),
            Some(("away", place)) => place.parse().ok().map(Self::Away),
            Some(_) => None,
            None if name == "index" => Some(Self::Index),
            None => name.parse().ok().map(Self::Signer),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index => f.write_str("taking blocks in"),
            Self::Signer(signer) => write!(f, "signing with {signer}"),
            Self::Member(place) => write!(f, "being there in place {place}"),
            Self::Away(place) => write!(f, "being there without a node, in place {place}"),
        }
    }
}

/// Who does what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The chain.
    pub chain_id: u64,
    /// What is done there.
    pub role: Role,
    /// What the holder said of itself.
    pub holder: String,
    /// The number of the holder: each one has a higher one than those before.
    pub epoch: u64,
    /// How long the lease goes on if it is not renewed, by the clock of the database. Zero when anybody may take it.
    pub expires_in: Duration,
    /// Whether the holder gave it back, and did not let it expire.
    pub is_given_back: bool,
    /// Whether the holder is the one who asks.
    pub is_ours: bool,
}

/// The answer to who wants a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// It is ours, under this epoch.
    Ours {
        /// The number of the holder.
        epoch: u64,
    },
    /// Somebody else has it.
    Others(Lease),
}

/// One of several relayers: the leases that it has, as far as it knows.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) holder: String,
    epochs: Mutex<Epochs>,
}

/// Of a replica, by lease.
#[derive(Debug, Default)]
pub(crate) struct Epochs {
    /// Under which it writes.
    pub(crate) held: BTreeMap<(u64, Role), u64>,
    /// Under which it writes no more, and the last that it had. Nobody else may have taken that lease over.
    pub(crate) former: BTreeMap<(u64, Role), u64>,
}

impl Epochs {
    /// Writes nothing more under any lease.
    pub(crate) fn let_go(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.former.extend(held);
    }

    /// Writes nothing more under the leases of a chain. It stays one of those who are there.
    pub(crate) fn let_go_of(&mut self, chain_id: u64) {
        let is_its = |(of, role): &(u64, Role), _: &mut u64| *of == chain_id && role.is_work();
        self.former.extend(self.held.extract_if(.., is_its));
    }
}

impl Replica {
    pub(crate) fn new(holder: &str) -> Self {
        Self { holder: holder.to_owned(), epochs: Mutex::default() }
    }

    pub(crate) fn epochs(&self) -> MutexGuard<'_, Epochs> {
        self.epochs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has the lease, or let it go and can take it anew.
    pub(crate) fn is_holder(&self, chain_id: u64, role: Role, epoch: u64) -> bool {
        let (epochs, lease) = (self.epochs(), (chain_id, role));
        [&epochs.held, &epochs.former].into_iter().any(|of| of.get(&lease) == Some(&epoch))
    }

    pub(crate) fn epoch(&self, chain_id: u64, role: Role) -> Option<u64> {
        self.epochs().held.get(&(chain_id, role)).copied()
    }
}
