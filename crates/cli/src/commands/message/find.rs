//! Finding messages on the chains that are known.

use super::{SearchArgs, carrier::Carrier};
use crate::{
    chains::{Absent, Chain, KnownChain, none_answers},
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    parse,
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use causeway_client::{SurveyChain, SurveyedMessage, survey};
use causeway_devnet::Network;
use clap::Args;
use futures::future::join_all;

/// Blocks looked at on a chain for which no start is configured.
const RECENT: u64 = 50_000;

/// The chains that were looked at, and the messages found there.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) network: Option<Network>,
    /// Those that were read.
    pub(crate) chains: Vec<Chain>,
    /// Those that could not be read: what is on them is not known.
    pub(crate) absent: Vec<Absent>,
    pub(crate) messages: Vec<SurveyedMessage>,
    /// The transaction that declares the messages and did not deliver them, if that is how they were found.
    pub(crate) carrier: Option<Carrier>,
    /// For each message its place among those that its hash names, and how many these are; nothing if none was named.
    pub(crate) positions: Vec<(usize, usize)>,
    /// Why it is not even known which chains some nodes serve.
    silent: Vec<String>,
}

impl Found {
    pub(crate) fn chain(&self, id: U256) -> Option<&Chain> {
        self.chains.iter().find(|chain| U256::from(chain.id()) == id)
    }

    /// A chain that could not be read.
    pub(crate) fn absent(&self, id: U256) -> Option<&Absent> {
        self.absent.iter().find(|absent| U256::from(absent.known.id) == id)
    }

    /// Every chain that is known, whether or not it was read.
    pub(crate) fn known(&self) -> impl Iterator<Item = &KnownChain> {
        self.chains.iter().map(|chain| &chain.known).chain(self.absent.iter().map(|absent| &absent.known))
    }

    /// `OPChainB (902)`, or the id of a chain that is not known.
    pub(crate) fn label(&self, id: U256) -> String {
        let known = self.known().find(|chain| U256::from(chain.id) == id);
        known.map_or_else(|| id.to_string(), KnownChain::label)
    }

    /// What could not be asked, each with the reason.
    fn gaps(&self) -> Vec<String> {
        let absent = self.absent.iter().map(|absent| format!("{}: {}", absent.known.label(), absent.reason));
        absent.chain(self.silent.iter().cloned()).collect()
    }
}

/// Every message on the chains that are known. Those that cannot be read are warned of.
pub(crate) async fn all(search: &SearchArgs, context: &Context<'_>) -> Outcome<Found> {
    let network = context.network().await?;
    let (book, silent) = context.chains_to_look_at(network.as_ref(), &search.rpc_url).await?;
    let silent: Vec<String> =
        silent.iter().map(|node| format!("{}: {}", node.endpoint, node.reason())).collect();
    let (chains, absent) = match book.all() {
        // All that was named cannot be asked.
        Err(_) if !silent.is_empty() => (Vec::new(), Vec::new()),
        _ => book.connect_all().await?,
    };
    let mut found = Found {
        network,
        chains: Vec::new(),
        absent,
        messages: Vec::new(),
        carrier: None,
        positions: Vec::new(),
        silent,
    };
    let spinner = context.printer.spinner("reading messages");
    let (mut read, mut survey_chains) = (Vec::new(), Vec::new());
    for (chain, from_block) in join_all(chains.into_iter().map(|chain| start(chain, search))).await {
        match from_block {
            Ok(from_block) => {
                let provider = chain.client.provider().clone();
                survey_chains.push(SurveyChain { chain_id: chain.id(), provider, from_block });
                read.push(chain);
            }
            Err(error) => found.absent.push(Absent { known: chain.known, reason: error.to_string() }),
        }
    }
    let survey = survey(&survey_chains).await;
    drop(spinner);
    for chain in read {
        match survey.failed.iter().find(|error| error.chain_id() == chain.id()) {
            Some(error) => {
                let reason = Failure::message_of(error);
                found.absent.push(Absent { known: chain.known, reason });
            }
            None => found.chains.push(chain),
        }
    }
    found.messages = survey.messages;
    for doubt in &survey.doubts {
        context.printer.warn(&doubt.to_string());
    }
    let gaps = found.gaps();
    if found.chains.is_empty() {
        return Err(none_answers(&gaps));
    }
    for gap in gaps {
        context.printer.warn(&format!("not looked at: {gap}"));
    }
    Ok(found)
}

/// The first block to look at on a chain.
async fn start(chain: Chain, search: &SearchArgs) -> (Chain, Result<u64, alloy::transports::TransportError>) {
    let from_block = match search.from_block.or(chain.known.start_block) {
        Some(block) => Ok(block),
        None => chain.client.provider().get_block_number().await.map(|head| head.saturating_sub(RECENT)),
    };
    (chain, from_block)
}

/// What names a message, or several.
#[derive(Debug, Args)]
pub(crate) struct NamedArgs {
    /// Hash of the message, of its payload, or of a transaction that sent it, delivered it, or tried to
    #[arg(value_name = "HASH", value_parser = parse::hash)]
    pub(crate) hash: B256,
    /// Which message of a transaction that carries several, in their order, from 0 on [default: every one]
    #[arg(long, value_name = "INDEX")]
    pub(crate) index: Option<usize>,
}

/// The messages that a hash names. None is not an error of the search: it is told by [`Failure::exit`] to be a failed one.
pub(crate) async fn by_hash(named: &NamedArgs, search: &SearchArgs, context: &Context<'_>) -> Outcome<Found> {
    let hash = named.hash;
    let mut found = all(search, context).await?;
    let mut chosen: Vec<_> =
        found.messages.iter().filter(|message| is_named(message, hash)).cloned().collect();
    if chosen.is_empty()
        && let Some((carrier, messages)) = Carrier::find(hash, &found.chains, &found.messages).await
    {
        found.carrier = Some(carrier);
        chosen = messages;
    }
    found.messages = chosen;
    if !found.messages.is_empty() {
        return pick(found, named);
    }
    let chains = found.chains.iter().map(Chain::label).collect::<Vec<_>>().join(", ");
    let gaps = found.gaps();
    if !gaps.is_empty() {
        // What could not be looked at may have it.
        return Err(Failure::failed(format!(
            "cannot tell where {hash} is: it was not sent on {chains}, and not every chain can be asked ({})",
            gaps.join("; ")
        ))
        .with_code(ErrorCode::SearchIncomplete)
        .with_hint("ask again when every chain answers"));
    }
    Err(Failure::failed(format!(
        "no message has the hash {hash}, and no transaction that carries one, on {chains}"
    ))
    .with_code(ErrorCode::NotFound)
    .with_hint(
        "name its source with --rpc-url, or look at older blocks with --from-block; a reorg may have taken it away",
    ))
}

/// Whether a hash that people hold is one of this message.
fn is_named(message: &SurveyedMessage, hash: B256) -> bool {
    message.message_hash == hash
        || message.sent.tx_hash == hash
        || message.delivered.is_some_and(|place| place.tx_hash == hash)
        || message.payload_hash() == hash
}

/// The one that was chosen of several.
fn pick(mut found: Found, named: &NamedArgs) -> Outcome<Found> {
    let count = found.messages.len();
    let delivers = |message: &SurveyedMessage| message.delivered.filter(|place| place.tx_hash == named.hash);
    found.messages.sort_by_key(|message| {
        delivers(message).map_or((0, message.sent.chain_id, message.sent.log_index), |place| {
            (1, place.chain_id, place.log_index)
        })
    });
    found.positions = (0..count).map(|index| (index, count)).collect();
    let Some(index) = named.index else { return Ok(found) };
    if index >= count {
        let are = match count {
            1 => "one message, and its index is 0".to_owned(),
            count => format!("{count} messages, from 0 to {}", count - 1),
        };
        return Err(Failure::usage(format!("there is no message {index} of {}", named.hash))
            .with_hint(format!("that hash names {are}")));
    }
    found.messages = vec![found.messages.swap_remove(index)];
    found.positions = vec![(index, count)];
    Ok(found)
}
