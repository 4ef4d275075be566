//! Small chains and messages to fill a store with.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use causeway_chain::BlockRef;
use causeway_interop::{RelayedMessage, SentMessage};
use causeway_store::{AttemptItem, Cost, NewAttempt, SeenDelivery, SeenMessage, Store};

pub(crate) const SOURCE: u64 = 901;
pub(crate) const DESTINATION: u64 = 902;
pub(crate) const WINDOW: u64 = 64;
pub(crate) const SIGNER: Address = Address::repeat_byte(0x51);

/// A hash that depends on all the numbers.
pub(crate) fn hash(parts: &[u64]) -> B256 {
    keccak256(parts.iter().flat_map(|part| part.to_be_bytes()).collect::<Vec<_>>())
}

/// The block at `number` of a chain, on one of its branches, standing on `parent`.
pub(crate) fn child(chain: u64, parent: &BlockRef, branch: u64) -> BlockRef {
    let number = parent.number + 1;
    BlockRef {
        number,
        hash: keccak256([parent.hash.0, hash(&[chain, number, branch]).0].concat()),
        parent_hash: parent.hash,
        timestamp: 1000 + 2 * number,
    }
}

pub(crate) fn genesis(chain: u64) -> BlockRef {
    BlockRef { number: 0, hash: hash(&[chain]), parent_hash: B256::ZERO, timestamp: 1000 }
}

/// Blocks 0 to `length - 1` of a chain.
pub(crate) fn chain(id: u64, length: u64) -> Vec<BlockRef> {
    let mut blocks = vec![genesis(id)];
    while (blocks.len() as u64) < length {
        blocks.push(child(id, blocks.last().unwrap(), 0));
    }
    blocks
}

pub(crate) fn sent(nonce: u64) -> SentMessage {
    SentMessage {
        destination: U256::from(DESTINATION),
        target: Address::repeat_byte(0x7a),
        nonce: U256::from(nonce),
        sender: Address::with_last_byte(nonce as u8),
        message: Bytes::from(nonce.to_be_bytes().to_vec()),
    }
}

pub(crate) fn message_hash(nonce: u64) -> B256 {
    sent(nonce).message_hash(U256::from(SOURCE))
}

pub(crate) fn seen(nonce: u64, log_index: u32) -> SeenMessage {
    SeenMessage { sent: sent(nonce), log_index, tx_hash: hash(&[nonce, 1]) }
}

pub(crate) fn delivered(nonce: u64, log_index: u32, tx_hash: B256) -> SeenDelivery {
    let relayed = RelayedMessage {
        source: U256::from(SOURCE),
        nonce: U256::from(nonce),
        message_hash: message_hash(nonce),
        return_data_hash: B256::ZERO,
    };
    SeenDelivery { relayed, log_index, tx_hash }
}

pub(crate) fn attempt(tx: u64, nonce: u64, messages: &[u64]) -> NewAttempt {
    NewAttempt {
        items: messages.iter().map(|nonce| item(*nonce, 0)).collect(),
        chain_id: DESTINATION,
        signer: SIGNER,
        nonce,
        tx_hash: hash(&[tx, 77]),
        raw_tx: Bytes::from(vec![2, tx as u8]),
        created_ms: 1_700_000_000_000 + tx,
    }
}

/// A message in a transaction, with the gas that it may use.
pub(crate) fn item(nonce: u64, gas: u64) -> AttemptItem {
    AttemptItem { message: message_hash(nonce), gas }
}

/// What a transaction cost; its fee is not divided by many numbers.
pub(crate) fn cost(tx: u64) -> Cost {
    Cost {
        block_number: 1,
        block_hash: B256::ZERO,
        landed_at: 1_800_000_000 + tx,
        gas_used: 100_003,
        gas_price: 1_000_000_007,
        fee: U256::from(100_003_u64) * U256::from(1_000_000_007_u64) + U256::from(17),
        l1_fee: Some(U256::from(17)),
        gas_refund: Some(3),
    }
}

/// Lets the source send the messages 0 to `count - 1`, all in block 1.
pub(crate) async fn fill(store: &Store, count: u64) {
    let blocks = chain(SOURCE, 2);
    let messages: Vec<_> = (0..count).map(|nonce| seen(nonce, nonce as u32)).collect();
    store.apply_block(SOURCE, &blocks[0], &[], &[], WINDOW).await.unwrap();
    store.apply_block(SOURCE, &blocks[1], &messages, &[], WINDOW).await.unwrap();
}
