use crate::contract::Contract;
use alloy::primitives::Address;
use std::path::PathBuf;

/// What to make bindings of.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The folder from which paths are, and from which a project is looked for, upwards.
    pub here: PathBuf,
    /// Folders of projects. Without any, and without artifacts, the project is the nearest one.
    pub projects: Vec<PathBuf>,
    /// Folders of artifacts, or single files.
    pub artifacts: Vec<PathBuf>,
    /// Globs on names and source files: only these.
    pub include: Vec<String>,
    /// Globs, likewise: not these.
    pub exclude: Vec<String>,
    /// foundry's profile; `default` if none is named.
    pub profile: Option<String>,
    /// Where contracts stand.
    pub addresses: Vec<NamedAddress>,
    /// Without the addresses in what `forge script` left behind.
    pub no_broadcasts: bool,
    /// Artifacts that are older than their sources are used all the same.
    pub allow_stale: bool,
    /// The contracts of interop: used where there is no project.
    pub predeploys: Vec<Contract>,
    /// They are used beside a project's, too.
    pub with_predeploys: bool,
    /// The version of the tool.
    pub version: String,
}

/// Where a contract stands, as a person says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAddress {
    /// Its name.
    pub name: String,
    /// The chain; every one without.
    pub chain: Option<u64>,
    /// The address.
    pub address: Address,
}
