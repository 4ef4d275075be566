use super::{allocs::Allocs, block::genesis, network::GenesisSet};
use crate::{
    ChainKind, GenesisConfig,
    dependency_set::{kona_json, op_node_json, registry_toml},
};
use serde::Serialize;

/// A file that tells other tools of chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    set: &'a GenesisSet,
    kind: DocumentKind,
    chain: Option<&'a GenesisConfig>,
}

/// What stands in a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Of each chain, its genesis as geth, reth and `anvil --init` read it.
    Genesis,
    /// Of each chain, its accounts as op-deployer and forge read them.
    Allocs,
    /// Of each L2, its dependency set as the superchain registry has it.
    Registry,
    /// The dependency set of the L2s as op-node and op-supernode read it.
    DependencySet,
    /// The dependency set of the L2s as kona reads it.
    Depsets,
}

impl GenesisSet {
    /// All documents, by chain in ascending order of their ids, the L1 first.
    pub fn documents(&self) -> Vec<Document<'_>> {
        let mut documents = Vec::new();
        for chain in self.chains() {
            let of_chain = |kind| Document { set: self, kind, chain: Some(chain) };
            documents.extend([DocumentKind::Genesis, DocumentKind::Allocs].map(of_chain));
            if chain.kind != ChainKind::L1 {
                documents.push(of_chain(DocumentKind::Registry));
            }
        }
        let of_set = |kind| Document { set: self, kind, chain: None };
        documents.extend([DocumentKind::DependencySet, DocumentKind::Depsets].map(of_set));
        documents
    }
}

impl Document<'_> {
    /// What stands in it.
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The chain that it is of, if it is of one.
    pub fn chain_id(&self) -> Option<u64> {
        self.chain.map(|chain| chain.chain_id)
    }

    /// The name of its file, as those name it who read it.
    pub fn file_name(&self) -> String {
        let chain = self.chain.map(|chain| chain.chain_id).unwrap_or_default();
        let layer = match self.chain.map(|chain| chain.kind) {
            Some(ChainKind::L1) => "l1",
            _ => "l2",
        };
        match self.kind {
            DocumentKind::Genesis => format!("{chain}-genesis-{layer}.json"),
            DocumentKind::Allocs => format!("{chain}-allocs-{layer}.json"),
            DocumentKind::Registry => format!("{chain}.toml"),
            DocumentKind::DependencySet => "dependency-set.json".to_owned(),
            DocumentKind::Depsets => "depsets.json".to_owned(),
        }
    }

    /// Its text, which ends with a newline. Always the same for the same configuration.
    pub fn render(&self) -> String {
        let set = self.set.dependency_set();
        match (self.kind, self.chain) {
            (DocumentKind::Genesis, Some(chain)) => pretty(&genesis(chain)),
            (DocumentKind::Allocs, Some(chain)) => pretty(&Allocs(&genesis(chain))),
            (DocumentKind::Registry, Some(chain)) => registry_toml(chain.chain_id, &set),
            (DocumentKind::Depsets, _) => kona_json(&[set]),
            _ => op_node_json(&set),
        }
    }
}

/// Line by line, so that two of them can be compared with common tools.
fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
