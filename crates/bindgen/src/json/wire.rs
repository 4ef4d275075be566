//! The shapes of the document.

use crate::contract;
use alloy::{
    json_abi::JsonAbi,
    primitives::{Address, B256, Selector},
};
use causeway_artifact as artifact;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    /// First, so that the file is known for ours.
    pub(super) generator: String,
    pub(super) schema_version: u8,
    /// By identifiers.
    pub(super) contracts: BTreeMap<&'a str, Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'a str>,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compiler: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) docs: Option<Natspec<'a>>,
    pub(super) addresses: Addresses,
    pub(super) functions: Vec<Function<'a>>,
    pub(super) events: Vec<Event<'a>>,
    pub(super) errors: Vec<Error<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) omitted: Vec<Omitted<'a>>,
    pub(super) abi: Abi<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bytecode: Option<Bytecode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deployed_bytecode: Option<Bytecode>,
}

/// As compilers write it.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Abi<'a>(pub(super) &'a JsonAbi);

#[derive(Serialize)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) signature: String,
    pub(super) selector: Selector,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) docs: Option<Docs<'a>>,
}

#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub(super) name: &'a str,
    pub(super) signature: String,
    /// None of an anonymous event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<B256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) docs: Option<Docs<'a>>,
}

#[derive(Serialize)]
pub(super) struct Error<'a> {
    pub(super) name: &'a str,
    pub(super) signature: String,
    pub(super) selector: Selector,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) docs: Option<Docs<'a>>,
}

#[derive(Serialize)]
pub(super) struct Omitted<'a> {
    item: &'a str,
    reason: &'a str,
}

impl<'a> Omitted<'a> {
    pub(super) fn of(omitted: &'a artifact::Omitted) -> Self {
        Self { item: omitted.item.trim(), reason: &omitted.reason }
    }
}

#[derive(Serialize)]
pub(super) struct Addresses {
    #[serde(skip_serializing_if = "Option::is_none")]
    everywhere: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    chains: BTreeMap<String, String>,
}

impl Addresses {
    pub(super) fn of(addresses: &contract::Addresses) -> Self {
        let checksummed = |address: &Address| address.to_checksum(None);
        let chains =
            addresses.chains.iter().map(|(chain, address)| (chain.to_string(), checksummed(address)));
        Self { everywhere: addresses.everywhere.as_ref().map(checksummed), chains: chains.collect() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bytecode {
    /// With placeholders for libraries.
    object: String,
    /// Libraries by name, and the placeholder of each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    libraries: BTreeMap<String, String>,
}

impl Bytecode {
    pub(super) fn of(code: &artifact::Code) -> Self {
        Self { object: format!("0x{}", code.digits()), libraries: code.placeholders().into_iter().collect() }
    }
}

#[derive(Serialize)]
pub(super) struct Natspec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(flatten)]
    contract: Option<Docs<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constructor: Option<Docs<'a>>,
}

impl<'a> Natspec<'a> {
    pub(super) fn of(docs: &'a artifact::Natspec) -> Option<Self> {
        let of = Self {
            title: docs.title.as_deref(),
            author: docs.author.as_deref(),
            contract: Docs::of(&docs.contract),
            constructor: Docs::of(&docs.constructor),
        };
        let is_empty = of.title.is_none() && of.author.is_none() && of.contract.is_none();
        (!is_empty || of.constructor.is_some()).then_some(of)
    }
}

#[derive(Serialize)]
pub(super) struct Docs<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    params: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    returns: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom: &'a BTreeMap<String, String>,
}

impl<'a> Docs<'a> {
    pub(super) fn of(docs: &'a artifact::Docs) -> Option<Self> {
        (!docs.is_empty()).then_some(Self {
            notice: docs.notice.as_deref(),
            details: docs.details.as_deref(),
            params: &docs.params,
            returns: &docs.returns,
            custom: &docs.custom,
        })
    }
}
