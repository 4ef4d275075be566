//! Finding messages on the chains that are known.

use super::SearchArgs;
use crate::{
    chains::Chain,
    context::Context,
    failure::{Failure, Outcome, OutcomeExt},
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use causeway_devnet::Network;
use causeway_relayer::{SurveyChain, SurveyedMessage, survey};

/// Blocks looked at on a chain for which no start is configured.
const RECENT: u64 = 50_000;

/// The chains that were looked at, and the messages found there.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) network: Option<Network>,
    pub(crate) chains: Vec<Chain>,
    pub(crate) messages: Vec<SurveyedMessage>,
}

impl Found {
    pub(crate) fn chain(&self, id: U256) -> Option<&Chain> {
        self.chains.iter().find(|chain| U256::from(chain.id()) == id)
    }

    /// `OPChainB (902)`, or the id of a chain that is not known.
    pub(crate) fn label(&self, id: U256) -> String {
        self.chain(id).map_or_else(|| id.to_string(), Chain::label)
    }
}

/// Every message on the chains that are known.
pub(crate) async fn all(search: &SearchArgs, context: &Context<'_>) -> Outcome<Found> {
    let network = context.network().await?;
    let book = context.chains(network.as_ref(), &search.rpc_url).await?;
    let chains = book.connect_all().await?;
    let spinner = context.printer.spinner("reading messages");
    let mut survey_chains = Vec::new();
    for chain in &chains {
        let provider = chain.client.provider().clone();
        let from_block = match search.from_block.or(chain.known.start_block) {
            Some(block) => block,
            None => provider
                .get_block_number()
                .await
                .what(format!("cannot read the height of chain {}", chain.label()))?
                .saturating_sub(RECENT),
        };
        survey_chains.push(SurveyChain { chain_id: chain.id(), provider, from_block });
    }
    let messages = survey(&survey_chains).await?;
    drop(spinner);
    Ok(Found { network, chains, messages })
}

/// The messages with this hash, or sent by the transaction with this hash.
pub(crate) async fn by_hash(hash: B256, search: &SearchArgs, context: &Context<'_>) -> Outcome<Found> {
    let mut found = all(search, context).await?;
    found.messages.retain(|message| message.message_hash == hash || message.sent.tx_hash == hash);
    if found.messages.is_empty() {
        let chains = found.chains.iter().map(Chain::label).collect::<Vec<_>>().join(", ");
        return Err(Failure::failed(format!("no message and no sending transaction {hash} on {chains}"))
            .with_hint("name its source with --rpc-url, or look at older blocks with --from-block"));
    }
    Ok(found)
}
