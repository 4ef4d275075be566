use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use alloy::providers::DynProvider;
use tokio::sync::mpsc;

use super::routed::Routed;

/// The ways to the chains that this relayer works for at present.
#[derive(Debug, Default)]
pub(crate) struct Ways(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    to: BTreeMap<u64, Way>,
    /// Who works for the other chains.
    others: BTreeMap<u64, String>,
    /// Up to which change of messages the lanes here have been told by a chain's own actor.
    told: BTreeMap<u64, u64>,
}

/// The way to a chain.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// Its actor's inbox.
    pub(crate) inbox: mpsc::Sender<Routed>,
    /// Its node.
    pub(crate) provider: DynProvider,
}

impl Ways {
    /// From here on this is the way to the chain: its actor was made anew. What is committed from now on it has to be told.
    pub(crate) fn open(&self, chain_id: u64, way: Way) {
        let mut known = self.write();
        known.others.remove(&chain_id);
        known.to.insert(chain_id, way);
    }

    /// Nobody here works for the chain any more.
    pub(crate) fn close(&self, chain_id: u64) {
        self.write().to.remove(&chain_id);
    }

    pub(crate) fn to(&self, chain_id: u64) -> Option<Way> {
        self.read().to.get(&chain_id).cloned()
    }

    /// Whether there is no chain to work for.
    pub(crate) fn is_empty(&self) -> bool {
        self.read().to.is_empty()
    }

    pub(crate) fn inbox(&self, chain_id: u64) -> Option<mpsc::Sender<Routed>> {
        self.read().to.get(&chain_id).map(|way| way.inbox.clone())
    }

    /// Who works for which chain in place of this relayer.
    pub(crate) fn set_others(&self, others: BTreeMap<u64, String>) {
        self.write().others = others;
    }

    pub(crate) fn other(&self, chain_id: u64) -> Option<String> {
        self.read().others.get(&chain_id).cloned()
    }

    /// The lanes here have been told of all changes up to this one, as far as they are of this source.
    pub(crate) fn set_told(&self, source: u64, change: u64) {
        self.write().told.insert(source, change);
    }

    pub(crate) fn told(&self, source: u64) -> u64 {
        self.read().told.get(&source).copied().unwrap_or_default()
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
