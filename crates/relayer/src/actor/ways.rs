use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use alloy::providers::DynProvider;
use tokio::{sync::mpsc, time::Instant};

use super::routed::Routed;
use crate::trouble::Trouble;

/// The ways to the chains that this relayer works for at present.
#[derive(Debug, Default)]
pub(crate) struct Ways(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    to: BTreeMap<u64, Way>,
    /// Those of them whose lanes have read what there was to read.
    restored: BTreeSet<u64>,
    /// Who works for the other chains.
    others: BTreeMap<u64, String>,
    /// The chains that nobody works for.
    nobodys: BTreeSet<u64>,
    /// Up to which change of messages the lanes here have been told by a chain's own actor.
    told: BTreeMap<u64, u64>,
    /// The chains here that cannot be followed at present.
    troubled: BTreeMap<u64, Trouble>,
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
        known.troubled.remove(&chain_id);
        known.restored.remove(&chain_id);
        known.to.insert(chain_id, way);
    }

    /// Nobody here works for the chain any more.
    pub(crate) fn close(&self, chain_id: u64) {
        let mut known = self.write();
        known.to.remove(&chain_id);
        known.troubled.remove(&chain_id);
    }

    /// The chain cannot be followed from now on, since its node is away or for what it says.
    pub(crate) fn set_trouble(&self, chain_id: u64, is_halted: bool) {
        let mut known = self.write();
        let trouble = known.troubled.entry(chain_id).or_insert(Trouble { since: Instant::now(), is_halted });
        trouble.is_halted |= is_halted;
    }

    /// The chain is followed again.
    pub(crate) fn clear_trouble(&self, chain_id: u64) {
        self.write().troubled.remove(&chain_id);
    }

    /// The chains here that cannot be followed at present.
    pub(crate) fn troubled(&self) -> BTreeMap<u64, Trouble> {
        self.read().troubled.clone()
    }

    /// The chain's lane has read from the store what was there before.
    pub(crate) fn set_restored(&self, chain_id: u64) {
        self.write().restored.insert(chain_id);
    }

    /// The inboxes of those lanes that have read what was there before.
    pub(crate) fn restored(&self) -> BTreeMap<u64, mpsc::Sender<Routed>> {
        let known = self.read();
        let ways = known.restored.iter().filter_map(|chain| Some((*chain, known.to.get(chain)?)));
        ways.map(|(chain, way)| (chain, way.inbox.clone())).collect()
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

    /// Which chains nobody works for, as far as this relayer sees.
    pub(crate) fn set_nobodys(&self, nobodys: BTreeSet<u64>) {
        self.write().nobodys = nobodys;
    }

    pub(crate) fn nobodys(&self) -> BTreeSet<u64> {
        self.read().nobodys.clone()
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
