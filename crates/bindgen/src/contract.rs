use alloy::{json_abi::JsonAbi, primitives::Address};
use causeway_artifact::{Artifact, Code, Kind, Natspec, Omitted};
use std::{collections::BTreeMap, path::PathBuf};

/// What an emitter makes: the content of each file, by its path below the folder that it goes into. Paths are relative, with `/`, and
/// made of what [`camel`](crate::camel) and [`snake`](crate::snake) give: valid on every system.
pub type Files = BTreeMap<PathBuf, String>;

/// What bindings are made of. An emitter is a pure function of it.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// The version of the tool that makes them.
    pub version: String,
    /// The contracts, in the order of their identifiers.
    pub contracts: Vec<Contract>,
}

/// A contract to make bindings of.
#[derive(Clone, Debug)]
pub struct Contract {
    /// What bindings call it: letters, digits and underscores, a letter first. No other contract of the same bindings has the
    /// same [`key`](crate::key), and so none collides with it in any writing of names.
    pub ident: String,
    /// Its name in Solidity. It may come from outside, and be any text: for documentation and text only.
    pub name: String,
    /// The source file, as the compiler was told it. Any text, likewise.
    pub source: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its functions, events and errors, inherited ones included; overloads are in the order of their signatures.
    pub abi: JsonAbi,
    /// What of its ABI was left out.
    pub omitted: Vec<Omitted>,
    /// What its authors wrote. Any text, likewise.
    pub docs: Natspec,
    /// Creation bytecode, perhaps with libraries to be linked.
    pub creation: Option<Code>,
    /// Runtime bytecode, likewise.
    pub runtime: Option<Code>,
    /// Where it stands.
    pub addresses: Addresses,
    /// The compiler's version, such as `0.8.30+commit.73712a01`. Any text, likewise.
    pub compiler: Option<String>,
}

/// Where a contract stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// On every chain that is not named.
    pub everywhere: Option<Address>,
    /// On single chains, by their ids.
    pub chains: BTreeMap<u64, Address>,
}

impl Addresses {
    /// The same on every chain.
    pub const fn everywhere(address: Address) -> Self {
        Self { everywhere: Some(address), chains: BTreeMap::new() }
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.everywhere.is_none() && self.chains.is_empty()
    }

    /// On one chain.
    pub fn on(&self, chain: u64) -> Option<Address> {
        self.chains.get(&chain).copied().or(self.everywhere)
    }
}

impl Contract {
    /// From an artifact. `fallback` is its name if the artifact does not tell one; the identifier is made from the name.
    pub fn new(artifact: Artifact, fallback: &str) -> Self {
        let kind = artifact.kind();
        let name = artifact.name.unwrap_or_else(|| fallback.to_owned());
        Self {
            ident: crate::pascal(&name),
            name,
            source: artifact.source,
            kind,
            abi: artifact.abi,
            omitted: artifact.omitted,
            docs: artifact.docs,
            creation: artifact.creation,
            runtime: artifact.runtime,
            addresses: Addresses::default(),
            compiler: artifact.compiler,
        }
    }
}
