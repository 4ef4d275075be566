//! A chain that is known, and one whose node answered.

use crate::{
    events::ChainEntry,
    failure::{ErrorCode, Failure, Outcome},
    node_url, parse,
};
use alloy::primitives::U256;
use causeway_chain::Endpoints;
use causeway_client::ChainClient;
use causeway_interop::Member;

/// A chain that is known, whether or not its node answers.
#[derive(Clone, Debug)]
pub(crate) struct KnownChain {
    pub(crate) id: u64,
    /// Empty for a chain that was named by its URL.
    pub(crate) name: String,
    /// Its node, or several.
    pub(crate) endpoints: Endpoints,
    /// Whether they were named by URL, for this run.
    pub(crate) by_url: bool,
    /// First block that messages are looked for in, when one is configured.
    pub(crate) start_block: Option<u64>,
    /// Whether it belongs to the running devnet, whose funded account may then sign.
    pub(crate) on_devnet: bool,
    /// What the rules need to know of it.
    pub(crate) member: Member,
}

impl KnownChain {
    /// `OPChainA (901)`, or the id alone for a chain without a name.
    pub(crate) fn label(&self) -> String {
        if self.name.is_empty() { self.id.to_string() } else { format!("{} ({})", self.name, self.id) }
    }

    /// Reaches the chain's node and makes sure that it serves this chain: nothing is ever sent to another chain than
    /// the one that was meant.
    pub(crate) async fn connect(self) -> Outcome<Chain> {
        let client = node_url::reach(&self.endpoints, &format!("chain {}", self.label())).await?;
        if client.chain_id() != self.id {
            return Err(self.is_not(&self.endpoints, client.chain_id()));
        }
        Ok(Chain { known: self, client })
    }

    /// The node serves another chain than the one that it was configured for.
    pub(crate) fn is_not(&self, node: &Endpoints, served: u64) -> Failure {
        Failure::failed(format!("the node at {} serves chain {served}, not {}", node, self.label()))
            .with_hint("correct the chain's rpc-url or chain-id in causeway.toml")
            .with_code(ErrorCode::WrongChain)
    }

    /// Whether this is its name or its id, in any way in which a number is written: an id that is known must not be taken
    /// for that of a chain that nobody knows.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        (self.name == text && !text.is_empty()) || parse::chain_id(text) == Ok(U256::from(self.id))
    }

    /// The same chain, with the nodes of the other one if both were named by URL: then they are nodes of one chain.
    pub(crate) fn beside(self, other: &Self) -> Self {
        if self.by_url && other.by_url {
            let endpoints = other.endpoints.and(&self.endpoints);
            return Self { endpoints, ..self };
        }
        self
    }

    /// How services tell of it.
    pub(crate) fn entry(&self) -> ChainEntry {
        ChainEntry { chain_id: self.id.into(), name: self.name.clone(), rpc_url: self.endpoints.to_string() }
    }
}

/// Chains for people, one a line. The URLs are without their secrets.
pub(crate) fn table(chains: &[KnownChain]) -> String {
    let lines = chains.iter().map(|chain| format!("  {}  {}", chain.label(), chain.endpoints));
    lines.collect::<Vec<_>>().join("\n")
}

/// A chain whose node answered.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) known: KnownChain,
    pub(crate) client: ChainClient,
}

impl Chain {
    pub(crate) fn label(&self) -> String {
        self.known.label()
    }

    pub(crate) const fn id(&self) -> u64 {
        self.known.id
    }
}
