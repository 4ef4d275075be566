//! What is known of messages from the chains alone: no relayer, no database.
//!
//! The logs of long ranges can only be asked for by `eth_getLogs`, whose answer may be short: an index of logs may lag. So
//! the messenger's own books are looked at: how many messages it counts as sent, and which it holds for delivered. What
//! does not add up after several attempts is told as a doubt.

mod books;

use crate::delivery::is_delivered;
use alloy::{
    primitives::{Address, B256, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log},
    transports::TransportError,
};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage};
use futures::future::join_all;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// Blocks asked for at once; halved when a node finds a range too large.
const RANGE: u64 = 50_000;
/// Questions asked at once.
const AT_ONCE: usize = 16;
/// How long to wait before the logs are asked for again when some are missing.
const PATIENCE: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];

/// How long a question that checks the books may take: without its answer what was found is shown all the same.
const SHORT: Duration = Duration::from_secs(5);

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
    /// Whether the destination, if it was looked at, has it: by a log, or because its messenger says so.
    pub is_delivered: bool,
    /// The log that delivered it, if it was found.
    pub delivered: Option<Place>,
}

/// What was found on some chains.
#[derive(Debug)]
pub struct Survey {
    /// Every message that was sent from a chain that was read, in the order of their blocks' timestamps.
    pub messages: Vec<SurveyedMessage>,
    /// The chains that could not be read, and why. What was sent from them is missing, and what was delivered there does not
    /// show.
    pub failed: Vec<SurveyError>,
    /// Where more messages, or deliveries, may be than were found.
    pub doubts: Vec<SurveyDoubt>,
}

/// Why the picture of a chain may be incomplete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("chain {chain_id}: {what}")]
pub struct SurveyDoubt {
    /// The chain.
    pub chain_id: u64,
    /// What is missing, or cannot be known.
    pub what: String,
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

    /// The hash of its log's payload, by which inbox and verifiers know it.
    pub fn payload_hash(&self) -> B256 {
        keccak256(self.message.encode_payload())
    }

    /// Seconds from the source block's timestamp to the destination block's.
    pub fn latency(&self) -> Option<u64> {
        self.delivered.map(|delivered| delivered.timestamp.saturating_sub(self.sent.timestamp))
    }
}

/// Why a survey could not be made.
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
    let (mut messages, mut deliveries) = (HashMap::<B256, SurveyedMessage>::new(), HashMap::new());
    let (mut failed, mut doubts) = (Vec::new(), Vec::new());
    for looked in join_all(chains.iter().map(look)).await {
        let (seen, doubt) = match looked {
            Ok(looked) => looked,
            Err(error) => {
                failed.push(error);
                continue;
            }
        };
        doubts.extend(doubt);
        for (place, log) in seen {
            let (address, topics, data) = (log.address(), log.topics(), &log.inner.data.data);
            if let Some(Ok(message)) = SentMessage::from_log(address, topics, data) {
                let message_hash = message.message_hash(U256::from(place.chain_id));
                let found = SurveyedMessage {
                    message_hash,
                    message,
                    sent: place,
                    is_delivered: false,
                    delivered: None,
                };
                messages.insert(message_hash, found);
            } else if let Some(Ok(relayed)) = RelayedMessage::from_log(address, topics, data) {
                deliveries.insert(relayed.message_hash, place);
            }
        }
    }
    let mut messages: Vec<_> = messages.into_values().collect();
    for message in &mut messages {
        // A RelayedMessage of another chain than the destination proves nothing: its contract could be anyone's.
        let delivered = deliveries.get(&message.message_hash).copied();
        message.delivered =
            delivered.filter(|place| U256::from(place.chain_id) == message.message.destination);
        message.is_delivered = message.delivered.is_some();
    }
    messages.sort_by_key(|message| (message.sent.timestamp, message.sent.chain_id, message.sent.log_index));
    let is_read = |chain: &&SurveyChain| failed.iter().all(|error| error.chain_id() != chain.chain_id);
    for chain in chains.iter().filter(is_read) {
        doubts.extend(ask_for_deliveries(chain, &mut messages).await);
    }
    Survey { messages, failed, doubts }
}

/// The messenger's logs of a chain; again, if it counts more messages than there are, until it is enough of waiting.
async fn look(chain: &SurveyChain) -> Result<(Vec<(Place, Log)>, Option<SurveyDoubt>), SurveyError> {
    let (mut waits, start) = (PATIENCE.iter(), Instant::now());
    loop {
        let (head, logs) = messenger_logs(chain).await?;
        let doubt = books::doubt(chain, head, &logs).await;
        // One that hangs is not asked again, either.
        let (Some(doubt), Some(wait)) = (&doubt, waits.next().filter(|_| start.elapsed() < SHORT)) else {
            return Ok((logs, doubt));
        };
        tracing::debug!(%doubt, "asking again");
        sleep(*wait).await;
    }
}

/// Asks the messenger of a chain for those messages to it of which no delivery was found.
async fn ask_for_deliveries(chain: &SurveyChain, messages: &mut [SurveyedMessage]) -> Option<SurveyDoubt> {
    let destination = U256::from(chain.chain_id);
    let open = messages
        .iter_mut()
        .filter(|message| !message.is_delivered && message.message.destination == destination);
    let mut open: Vec<_> = open.collect();
    let (mut unasked, mut reason) = (open.len(), None);
    for some in open.chunks_mut(AT_ONCE) {
        let asked = some.iter().map(|message| is_delivered(&chain.provider, message.message_hash));
        let Ok(answers) = timeout(SHORT, join_all(asked)).await else {
            reason = Some(format!("no answer within {} s", SHORT.as_secs()));
            break;
        };
        for (message, answer) in some.iter_mut().zip(answers) {
            match answer {
                Ok(is_delivered) => {
                    message.is_delivered = is_delivered;
                    unasked -= 1;
                }
                Err(fault) => reason = Some(fault.to_string()),
            }
        }
    }
    let what = format!("whether {unasked} messages were delivered cannot be asked: {}", reason?);
    Some(SurveyDoubt { chain_id: chain.chain_id, what })
}

/// The height of the head, and the messenger's logs up to there.
async fn messenger_logs(chain: &SurveyChain) -> Result<(u64, Vec<(Place, Log)>), SurveyError> {
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
    Ok((head, found))
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
