//! The chains of a relayer, as far as their nodes answer.

use crate::{
    chains::{Chain, KnownChain},
    context::Context,
    failure::Outcome,
};
use alloy::primitives::U256;
use causeway_devnet::Network;
use futures::future::join_all;

/// A chain that is known, reached or not.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) known: KnownChain,
    /// The node, or why it cannot be asked, without secrets.
    pub(crate) chain: Result<Chain, String>,
}

/// All chains that are known.
#[derive(Debug, Default)]
pub(crate) struct Nodes(Vec<Node>);

impl Nodes {
    /// Reaches every chain that is known; those that do not answer are told with the reason.
    pub(crate) async fn reach(
        network: Option<&Network>,
        urls: &[String],
        context: &Context<'_>,
    ) -> Outcome<Self> {
        let (book, silent) = context.chains_that_answer(network, urls).await?;
        for node in silent {
            context.printer.warn(&format!("not looked at: {}: {}", node.endpoint, node.reason()));
        }
        let (known, _) = book.select(&[]).await?;
        let nodes = known.into_iter().map(async |known| {
            let chain = known.clone().connect().await.map_err(|failure| failure.message());
            Node { known, chain }
        });
        Ok(Self(join_all(nodes).await))
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = U256> {
        self.0.iter().map(|node| U256::from(node.known.id))
    }

    pub(crate) fn get(&self, id: U256) -> Option<&Node> {
        self.0.iter().find(|node| U256::from(node.known.id) == id)
    }

    /// The node of a chain, or why there is none.
    pub(crate) fn chain(&self, id: U256) -> Result<&Chain, String> {
        match self.get(id) {
            Some(node) => node.chain.as_ref().map_err(Clone::clone),
            None => Err("no node of it is known here: name one with --rpc-url".to_owned()),
        }
    }

    /// `OPChainA (901)`, or the id alone.
    pub(crate) fn label(&self, id: U256) -> String {
        self.get(id).map_or_else(|| id.to_string(), |node| node.known.label())
    }

    /// Empty for a chain without a name.
    pub(crate) fn name(&self, id: U256) -> &str {
        self.get(id).map_or("", |node| node.known.name.as_str())
    }
}
