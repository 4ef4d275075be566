//! The chains that something is put on: any, the devnet's L1 too.

use crate::{
    chains::{ChainBook, KnownChain},
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    parse,
};
use alloy::primitives::U256;
use causeway_devnet::Network;
use causeway_interop::Member;

/// The chains that are named, in this order, without asking any but those that are named by URL, for their ids.
pub(super) async fn select(
    named: &[String],
    book: &ChainBook,
    network: Option<&Network>,
) -> Outcome<Vec<KnownChain>> {
    let mut selected: Vec<KnownChain> = Vec::new();
    for text in named.iter().map(|text| text.trim()) {
        if text.is_empty() {
            return Err(Failure::usage("--chains names a chain without a name: is a comma too much?")
                .with_hint("separate ids, names or URLs by commas, as in --chains 901,902"));
        }
        let chain = match l1(text, network)? {
            Some(chain) => chain,
            None => book.select_one(text).await?,
        };
        if selected.iter().any(|other| other.id == chain.id) {
            return Err(Failure::usage(format!("--chains names {} twice", chain.label()))
                .with_code(ErrorCode::DuplicateChain)
                .with_hint("name each chain once"));
        }
        selected.push(chain);
    }
    Ok(selected)
}

/// The devnet's L1, which takes contracts as any chain does.
fn l1(text: &str, network: Option<&Network>) -> Outcome<Option<KnownChain>> {
    let is_named = |l1: &&causeway_devnet::NetworkChain| {
        l1.name == text || parse::chain_id(text) == Ok(U256::from(l1.chain_id))
    };
    let Some(l1) = network.map(|network| &network.l1).filter(is_named) else { return Ok(None) };
    Ok(Some(KnownChain {
        id: l1.chain_id,
        name: l1.name.clone(),
        endpoint: l1.rpc_url.parse().what("the network file holds a wrong URL")?,
        start_block: None,
        on_devnet: true,
        member: Member { activation: 0, block_time: l1.block_time },
    }))
}
