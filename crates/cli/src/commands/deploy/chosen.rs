//! The chains that a command was told to work on.

use super::chains::names;
use crate::{
    candidates,
    chains::{ChainBook, KnownChain, Silent},
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    node_url::is_url,
};
use clap::Args;

/// Which chains.
#[derive(Debug, Args)]
pub(super) struct ChainArgs {
    /// The chains: ids, names, URLs, or @FILE with one [default: those of the devnet that runs]
    #[arg(long = "chain", visible_alias = "chains", value_name = "CHAIN", num_args = 1.., add = candidates::chains())]
    named: Vec<String>,
}

/// A chain that was named, or the node that does not say which it is.
pub(super) type Named = Result<KnownChain, Silent>;

/// The chains of a command.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) book: ChainBook,
    /// In the order in which they were named; none twice.
    pub(super) chains: Vec<Named>,
}

/// Which chains are meant where none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Otherwise {
    /// Those of the devnet that runs.
    Devnet,
    /// Those, or else all that the configuration knows.
    AllKnown,
}

impl ChainArgs {
    /// Finds out which chains are meant. Only nodes that are named by their URL are asked, for the ids of their chains.
    pub(super) async fn choose(&self, otherwise: Otherwise, context: &Context<'_>) -> Outcome<Chosen> {
        let network = context.network().await?;
        let book = context.chains(network.as_ref(), &[]).await?;
        let mut chains: Vec<Named> = Vec::new();
        for text in self.texts() {
            let chain = if is_url(text) {
                let found = book.find(text).await?;
                found.iter().try_for_each(|found| book.refuse_l1(found))?;
                found.map(|found| book.with_its_name(found))
            } else {
                Ok(book.look_up(text)?.clone())
            };
            if let Ok(chain) = &chain
                && chains.iter().flatten().any(|other| other.id == chain.id)
            {
                return Err(Failure::usage(format!("chain {} is named twice", chain.label()))
                    .with_code(ErrorCode::SameChain)
                    .with_hint("name each chain once"));
            }
            chains.push(chain);
        }
        if self.named.is_empty() {
            let all = book.all().map_err(|none| none.context("no --chain is named"))?;
            let is_devnet = otherwise == Otherwise::Devnet || all.iter().any(|chain| chain.on_devnet);
            chains = all.into_iter().filter(|chain| chain.on_devnet || !is_devnet).map(Ok).collect();
        }
        if chains.is_empty() {
            return Err(Failure::usage("no --chain is named, and no devnet runs")
                .with_code(ErrorCode::NoChains)
                .with_hint(book.known()));
        }
        Ok(Chosen { book, chains })
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        names(&self.named).into_iter().filter(|text| !text.is_empty())
    }
}
