use alloy::{
    primitives::B256,
    providers::Provider,
    rpc::types::{Filter, Log},
    transports::TransportError,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};

use super::{Interop, InteropError};
use crate::{
    ChainView, NodeFault,
    delivery::{SentError, SentReceipt, sent_by},
};

/// Blocks asked for at once; halved when a node finds a range too large.
const RANGE: u64 = 50_000;

/// A message, by what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageRef {
    /// The hash of the transaction that sent it (its first message is meant), or the messenger's hash of it.
    Hash(B256),
    /// The message itself.
    Sent(Box<SentReceipt>),
}

impl From<B256> for MessageRef {
    fn from(hash: B256) -> Self {
        Self::Hash(hash)
    }
}

impl From<SentReceipt> for MessageRef {
    fn from(sent: SentReceipt) -> Self {
        Self::Sent(Box::new(sent))
    }
}

impl From<&SentReceipt> for MessageRef {
    fn from(sent: &SentReceipt) -> Self {
        Self::from(sent.clone())
    }
}

impl Interop {
    /// Returns the messages with this hash: those that a transaction sent, or the one that the messenger knows by it.
    ///
    /// The chains are asked that there are providers of. A message is looked for in their logs, the newest blocks first; of
    /// one that was sent again, the newest counts.
    pub async fn find_messages(&self, hash: B256) -> Result<Vec<SentReceipt>, InteropError> {
        let (mut chains, mut silent) = (Vec::new(), None);
        for chain in self.chains().await {
            match chain {
                Ok(chain) => chains.push(chain),
                Err(fault) => silent = Some(InteropError::Node(fault)),
            }
        }
        for chain in &chains {
            match sent_by(chain.provider(), hash).await {
                Ok(sent) if !sent.is_empty() => return Ok(sent),
                Ok(_) => {}
                Err(SentError::NoReceipt { .. }) => {
                    if is_pooled(chain, hash).await {
                        return Err(InteropError::NotIncluded { tx_hash: hash });
                    }
                }
                Err(error) => silent = Some(InteropError::Messages(error)),
            }
        }
        for chain in &chains {
            match by_message_hash(chain, hash).await {
                Ok(Some(sent)) => return Ok(vec![sent]),
                Ok(None) => {}
                Err(error) => silent = Some(error),
            }
        }
        // Who did not answer may know it.
        Err(silent.unwrap_or(InteropError::Unknown { hash }))
    }

    /// The message that is meant.
    pub(super) async fn locate(&self, message: MessageRef) -> Result<SentReceipt, InteropError> {
        match message {
            MessageRef::Sent(sent) => Ok(*sent),
            MessageRef::Hash(hash) => {
                let found = self.find_messages(hash).await?;
                found.into_iter().next().ok_or(InteropError::Unknown { hash })
            }
        }
    }
}

async fn is_pooled(chain: &ChainView, tx_hash: B256) -> bool {
    let transaction = chain.provider().get_transaction_by_hash(tx_hash).await.ok().flatten();
    transaction.is_some_and(|transaction| transaction.block_hash.is_none())
}

/// The newest log of a message, if it is another one than that which is known.
pub(super) async fn resent(source: &ChainView, sent: &SentReceipt) -> Option<SentReceipt> {
    let newest = by_message_hash(source, sent.message_hash).await.ok().flatten()?;
    (newest.identifier != sent.identifier).then_some(newest)
}

async fn by_message_hash(chain: &ChainView, hash: B256) -> Result<Option<SentReceipt>, InteropError> {
    let provider = chain.provider();
    let mut to = provider.get_block_number().await.map_err(NodeFault::from)?;
    let mut range = RANGE;
    loop {
        let from = to.saturating_sub(range - 1);
        let filter = Filter::new()
            .address(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
            .event_signature(SentMessage::TOPIC)
            .from_block(from)
            .to_block(to);
        match provider.get_logs(&filter).await {
            Ok(logs) => {
                if let Some(tx_hash) = logs.iter().rev().find_map(|log| sender_of(chain, log, hash)) {
                    let sent = sent_by(provider, tx_hash).await?;
                    return Ok(sent.into_iter().rfind(|sent| sent.message_hash == hash));
                }
                if from == 0 {
                    return Ok(None);
                }
                to = from - 1;
            }
            Err(TransportError::ErrorResp(_)) if range > 1 => range /= 2,
            Err(error) => return Err(NodeFault::from(error).into()),
        }
    }
}

/// The transaction of a log that sent the message with this hash.
fn sender_of(chain: &ChainView, log: &Log, hash: B256) -> Option<B256> {
    let sent = SentMessage::from_log(log.address(), log.topics(), &log.data().data)?.ok()?;
    let is_it = sent.message_hash(alloy::primitives::U256::from(chain.chain_id())) == hash;
    is_it.then_some(log.transaction_hash)?
}
