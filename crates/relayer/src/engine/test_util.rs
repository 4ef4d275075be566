//! What the engine's tests share.

use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use causeway_interop::Identifier;

use crate::engine::{Message, SignedTx};

pub(super) const SOURCE: u64 = 901;
pub(super) const DESTINATION: u64 = 902;

/// The first account of a lane; others are the following.
pub(super) const SIGNER: Address = signer(0);

pub(super) const fn signer(index: u8) -> Address {
    Address::repeat_byte(0xa0 + index)
}

/// A message that stands at this place of its source chain; its hash depends on `id` alone.
pub(super) fn message_at(id: u64, source: u64, block_number: u64, log_index: u32) -> Message {
    Message {
        hash: keccak256(id.to_be_bytes()),
        source,
        destination: DESTINATION,
        identifier: Identifier {
            origin: Address::ZERO,
            block_number,
            log_index,
            timestamp: 1_000 + block_number,
            chain_id: U256::from(source),
        },
        payload: Bytes::new(),
        sender: Address::left_padding_from(&id.to_be_bytes()),
        target: Address::left_padding_from(&(1_000_000 + id).to_be_bytes()),
        token: None,
    }
}

/// The `id`-th message of [`SOURCE`].
pub(super) fn message(id: u64) -> Message {
    message_at(id, SOURCE, id, 0)
}

/// A transaction; no two with different arguments are the same.
pub(super) fn tx(nonce: u64, salt: u64) -> SignedTx {
    let hash = keccak256([nonce.to_be_bytes(), salt.to_be_bytes()].concat());
    SignedTx { hash, raw: Bytes::copy_from_slice(hash.as_slice()) }
}

/// A transaction that is none of ours.
pub(super) fn foreign() -> B256 {
    B256::repeat_byte(0xff)
}
