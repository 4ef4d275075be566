//! What is known of messages from the chains alone: no relayer, no database.

use alloy::{
    primitives::{Address, B256, U256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log},
    transports::TransportError,
};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage};
use futures::future::join_all;
use std::collections::HashMap;

/// Blocks asked for at once; halved when a node finds a range too large.
const RANGE: u64 = 50_000;

/// A chain to look at, from a block on.
#[derive(Clone, Debug)]
pub struct SurveyChain {
    /// The chain's id.
    pub chain_id: u64,
    /// Its node.
    pub provider: DynProvider,
    /// First block to look at.
    pub from_block: u64,
}

/// Where a log stands on its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The chain.
    pub chain_id: u64,
    /// Number of the block.
    pub block_number: u64,
    /// Timestamp of the block, in seconds.
    pub timestamp: u64,
    /// Index of the log in its block.
    pub log_index: u32,
    /// The transaction.
    pub tx_hash: B256,
}

/// A message that was sent, and its delivery when that was seen.
#[derive(Clone, Debug)]
pub struct SurveyedMessage {
    /// The messenger's hash of it.
    pub message_hash: B256,
    /// The message.
    pub message: SentMessage,
    /// The log that sent it; of several (it was resent) the newest.
    pub sent: Place,
    /// The log that delivered it, if the destination was looked at and has it.
    pub delivered: Option<Place>,
}

impl SurveyedMessage {
    /// The identifier that an executing transaction names.
    pub fn identifier(&self) -> Identifier {
        Identifier {
            origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            block_number: self.sent.block_number,
            log_index: self.sent.log_index,
            timestamp: self.sent.timestamp,
            chain_id: U256::from(self.sent.chain_id),
        }
    }

    /// Seconds from the source block's timestamp to the destination block's.
    pub fn latency(&self) -> Option<u64> {
        self.delivered.map(|delivered| delivered.timestamp.saturating_sub(self.sent.timestamp))
    }
}

/// What was found on some chains.
#[derive(Debug)]
pub struct Survey {
    /// Every message that was sent from a chain that was read, in the order of their blocks' timestamps.
    pub messages: Vec<SurveyedMessage>,
    /// The chains that could not be read, and why. What was sent from them is missing, and what was delivered there does not
    /// show.
    pub failed: Vec<SurveyError>,
}

/// Why a chain could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// A node did not answer.
    #[error("cannot read the messages of chain {chain_id}")]
    Node {
        /// The chain.
        chain_id: u64,
        /// What its node said.
        #[source]
        source: TransportError,
    },
    /// A node left out of a log or a block what identifies it.
    #[error("the node of chain {chain_id} answered a log without its {what}")]
    Incomplete {
        /// The chain.
        chain_id: u64,
        /// What is missing.
        what: &'static str,
    },
}

impl SurveyError {
    /// The chain.
    pub const fn chain_id(&self) -> u64 {
        match self {
            Self::Node { chain_id, .. } | Self::Incomplete { chain_id, .. } => *chain_id,
        }
    }
}

/// Finds every message that was sent from `chains`, and which of them were delivered on `chains`. A chain that cannot be read
/// takes nothing away from the others.
pub async fn survey(chains: &[SurveyChain]) -> Survey {
    let (mut seen, mut failed) = (Vec::new(), Vec::new());
    for read in join_all(chains.iter().map(messenger_logs)).await {
        match read {
            Ok(logs) => seen.extend(logs),
            Err(error) => failed.push(error),
        }
    }
    let mut messages = HashMap::<B256, SurveyedMessage>::new();
    let mut deliveries = HashMap::<B256, Place>::new();
    for (place, log) in seen {
        let (address, topics, data) = (log.address(), log.topics(), &log.inner.data.data);
        if let Some(Ok(message)) = SentMessage::from_log(address, topics, data) {
            let message_hash = message.message_hash(U256::from(place.chain_id));
            messages.insert(
                message_hash,
                SurveyedMessage { message_hash, message, sent: place, delivered: None },
            );
        } else if let Some(Ok(relayed)) = RelayedMessage::from_log(address, topics, data) {
            deliveries.insert(relayed.message_hash, place);
        }
    }
    let mut messages: Vec<_> = messages
        .into_values()
        .map(|mut message| {
            // A RelayedMessage of another chain than the destination proves nothing: its contract could be anyone's.
            let delivered = deliveries.get(&message.message_hash).copied();
            message.delivered =
                delivered.filter(|place| U256::from(place.chain_id) == message.message.destination);
            message
        })
        .collect();
    messages.sort_by_key(|message| (message.sent.timestamp, message.sent.chain_id, message.sent.log_index));
    Survey { messages, failed }
}

async fn messenger_logs(chain: &SurveyChain) -> Result<Vec<(Place, Log)>, SurveyError> {
    let node = |source| SurveyError::Node { chain_id: chain.chain_id, source };
    let head = chain.provider.get_block_number().await.map_err(node)?;
    let (mut from, mut range) = (chain.from_block, RANGE);
    let mut found = Vec::new();
    while from <= head {
        let to = head.min(from.saturating_add(range - 1));
        match chain.provider.get_logs(&messenger_filter(from, to)).await {
            Ok(logs) => {
                for log in logs {
                    found.push((place(chain, &log).await?, log));
                }
                from = to + 1;
            }
            Err(error) if range > 1 && error.is_error_resp() => range /= 2,
            Err(error) => return Err(node(error)),
        }
    }
    Ok(found)
}

fn messenger_filter(from: u64, to: u64) -> Filter {
    const MESSENGER: Address = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    Filter::new()
        .address(MESSENGER)
        .event_signature(vec![SentMessage::TOPIC, RelayedMessage::TOPIC])
        .from_block(from)
        .to_block(to)
}

async fn place(chain: &SurveyChain, log: &Log) -> Result<Place, SurveyError> {
    let chain_id = chain.chain_id;
    let missing = |what| SurveyError::Incomplete { chain_id, what };
    let block_number = log.block_number.ok_or_else(|| missing("block number"))?;
    let timestamp = match log.block_timestamp {
        Some(timestamp) => timestamp,
        None => {
            chain
                .provider
                .get_block_by_number(block_number.into())
                .await
                .map_err(|source| SurveyError::Node { chain_id, source })?
                .ok_or_else(|| missing("block"))?
                .header
                .timestamp
        }
    };
    let log_index =
        log.log_index.and_then(|index| index.try_into().ok()).ok_or_else(|| missing("log index"))?;
    let tx_hash = log.transaction_hash.ok_or_else(|| missing("transaction"))?;
    Ok(Place { chain_id, block_number, timestamp, log_index, tx_hash })
}
