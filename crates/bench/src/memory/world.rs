//! Two chains that are made up: messages leave one, and arrive on the other by whatever it is sent.

use crate::latencies::Latencies;
use alloy::{
    consensus::{Transaction, TxEnvelope},
    eips::eip2718::Decodable2718,
    primitives::{Address, B256, Bytes, Log, U256},
    sol_types::SolCall,
};
use causeway_bindings::{L2ToL2CrossDomainMessenger::relayMessageCall, RelayBatcher::relayCompactCall};
use causeway_chain::test_utils::{FakeChain, FakeTransaction};
use causeway_interop::{
    L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage, relay_batch::decode_compact,
};
use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

pub(super) const SOURCE: u64 = 901;
pub(super) const DESTINATION: u64 = 902;
/// Bytes of a message.
const LENGTH: usize = 128;
/// Blocks whose receipts a node still has.
const KEPT: u64 = 256;
/// Version 1 of nonces.
const VERSION: usize = 240;

/// Both chains.
#[derive(Debug)]
pub(super) struct World {
    chains: BTreeMap<u64, FakeChain>,
    /// Messages that have left.
    pub(super) sent: u64,
    /// Messages that have arrived.
    pub(super) delivered: u64,
    /// What waits on the destination, by nonce.
    pool: BTreeMap<u64, (B256, Vec<Log>)>,
    /// The relayer's nonce after each block of the destination.
    nonces: Vec<u64>,
    /// Where the newest transactions are.
    places: HashMap<B256, (u64, usize)>,
    taken: u64,
    /// When the log of each message was told for the first time.
    told: Vec<Instant>,
    /// From then until the first transaction with it came.
    pub(super) handed: Latencies,
    timestamp: u64,
}

/// Why a transaction is not taken, in a node's words.
pub(super) type Refusal = &'static str;

impl World {
    /// Chains that are to have so many blocks by now.
    pub(super) fn new(blocks: u64) -> Self {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
        let timestamp = now.saturating_sub(2 * blocks);
        let chain = |id| (id, FakeChain::new(id, timestamp));
        Self {
            chains: [SOURCE, DESTINATION].into_iter().map(chain).collect(),
            sent: 0,
            delivered: 0,
            pool: BTreeMap::new(),
            nonces: vec![0],
            places: HashMap::new(),
            taken: 0,
            told: Vec::new(),
            handed: Latencies::default(),
            timestamp,
        }
    }

    pub(super) fn chain(&self, id: u64) -> &FakeChain {
        &self.chains[&id]
    }

    /// How many transactions the destination has taken so far.
    pub(super) const fn taken(&self) -> u64 {
        self.taken
    }

    /// The logs of all messages that have left are being told.
    pub(super) fn note_told(&mut self) {
        self.told.resize(usize::try_from(self.sent).unwrap_or(usize::MAX), Instant::now());
    }

    /// A block on both chains, in which so many messages leave, and what was sent arrives.
    pub(super) fn step(&mut self, messages: u64) {
        self.timestamp += 1;
        let logs: Vec<_> = (self.sent..self.sent + messages).map(sent).collect();
        self.sent += messages;
        let transactions = if logs.is_empty() { Vec::new() } else { vec![FakeTransaction::user(logs)] };
        self.push(SOURCE, transactions);
        let mut transactions = Vec::new();
        let mut nonce = self.nonce();
        while let Some((hash, logs)) = self.pool.remove(&nonce) {
            let place = (self.chain(DESTINATION).head().number + 1, transactions.len());
            self.places.insert(hash, place);
            self.delivered += logs.len() as u64;
            transactions.push(FakeTransaction { hash: Some(hash), ..FakeTransaction::user(logs) });
            nonce += 1;
        }
        self.nonces.push(nonce);
        self.push(DESTINATION, transactions);
    }

    fn push(&mut self, id: u64, transactions: Vec<FakeTransaction>) {
        let Some(chain) = self.chains.get_mut(&id) else { return };
        let old = chain.push(self.timestamp, transactions).number.saturating_sub(KEPT);
        chain.strip(old);
        if id == DESTINATION {
            self.places.retain(|_, (block, _)| *block > old);
        }
    }

    /// The relayer's next nonce as of the newest block.
    fn nonce(&self) -> u64 {
        self.nonces.last().copied().unwrap_or_default()
    }

    /// The relayer's nonce as of a block of the destination.
    pub(super) fn nonce_at(&self, block: u64) -> u64 {
        usize::try_from(block).ok().and_then(|block| self.nonces.get(block).copied()).unwrap_or_default()
    }

    /// The same with what waits.
    pub(super) fn pending_nonce(&self) -> u64 {
        (self.nonce()..).find(|nonce| !self.pool.contains_key(nonce)).unwrap_or_default()
    }

    /// The block that holds a transaction, and its place there.
    pub(super) fn place(&self, hash: B256) -> Option<(u64, usize)> {
        self.places.get(&hash).copied()
    }

    /// Takes a transaction into the pool.
    pub(super) fn take(&mut self, raw: &[u8]) -> Result<B256, Refusal> {
        let transaction = TxEnvelope::decode_2718(&mut &*raw).map_err(|_| "failed to decode transaction")?;
        let (nonce, hash) = (transaction.nonce(), *transaction.tx_hash());
        if nonce < self.nonce() {
            return Err("nonce too low");
        }
        let relayed = relayed(transaction.input()).ok_or("invalid input")?;
        let now = Instant::now();
        for told in relayed.iter().filter_map(|log| self.told.get(number(log)?)) {
            self.handed.add(now.saturating_duration_since(*told));
        }
        self.pool.insert(nonce, (hash, relayed));
        self.taken += 1;
        Ok(hash)
    }
}

/// The log of the message with this number.
fn sent(number: u64) -> Log {
    let sent = SentMessage {
        destination: U256::from(DESTINATION),
        target: Address::repeat_byte(0xbe),
        nonce: (U256::ONE << VERSION) | U256::from(number),
        sender: Address::repeat_byte(0x5e),
        message: Bytes::from(vec![7; LENGTH]),
    };
    messengers(sent.topics().to_vec(), sent.data())
}

/// The number of the message that a log says to have arrived.
fn number(log: &Log) -> Option<usize> {
    let nonce = RelayedMessage::decode(log.topics(), &log.data.data).ok()?.nonce;
    usize::try_from(nonce.as_limbs()[0]).ok()
}

fn messengers(topics: Vec<B256>, data: Vec<u8>) -> Log {
    Log::new_unchecked(L2_TO_L2_CROSS_DOMAIN_MESSENGER, topics, data.into())
}

/// The logs of what a call delivers: one message, or a batch. A transaction of nothing delivers none.
pub(super) fn relayed(input: &[u8]) -> Option<Vec<Log>> {
    let messages = if input.is_empty() {
        Vec::new()
    } else if let Ok(call) = relayCompactCall::abi_decode(input) {
        let items = decode_compact(&call._batch).ok()?;
        items.iter().map(|item| item.sent_message(U256::from(DESTINATION))).collect()
    } else {
        let call = relayMessageCall::abi_decode(input).ok()?;
        vec![SentMessage::decode_payload(&call._sentMessage).ok()?]
    };
    Some(messages.iter().map(delivery).collect())
}

fn delivery(sent: &SentMessage) -> Log {
    let source = U256::from(SOURCE);
    let relayed = RelayedMessage {
        source,
        nonce: sent.nonce,
        message_hash: sent.message_hash(source),
        return_data_hash: B256::ZERO,
    };
    messengers(relayed.topics().to_vec(), relayed.data().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_bindings::L2ToL2CrossDomainMessenger::Identifier;

    #[test]
    fn a_message_arrives_by_the_call_that_carries_it() {
        let log = sent(7);
        let mut payload: Vec<u8> = log.topics().concat();
        payload.extend_from_slice(&log.data.data);
        let id = Identifier {
            origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            blockNumber: U256::ONE,
            logIndex: U256::ZERO,
            timestamp: U256::ONE,
            chainId: U256::from(SOURCE),
        };
        let call = relayMessageCall { _id: id, _sentMessage: payload.into() };
        let logs = relayed(&call.abi_encode()).unwrap_or_default();
        let message = SentMessage::decode(log.topics(), &log.data.data).ok();
        let hash = message.map(|message| message.message_hash(U256::from(SOURCE)));
        assert_eq!(logs.first().and_then(|log| log.topics().get(3).copied()), hash);
        assert_eq!(relayed(&[]), Some(Vec::new()));
        assert_eq!(relayed(&[1, 2, 3, 4]), None);
    }
}
