//! What the property tests draw from.

use alloy_primitives::{Address, B256, U256};
use causeway_interop::{ExecutingMessage, Identifier, SentMessage};
use proptest::{collection::vec, prelude::*};

pub(crate) fn hash() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::from)
}

pub(crate) fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::from)
}

pub(crate) fn word() -> impl Strategy<Value = U256> {
    hash().prop_map(Into::into)
}

/// Chain ids below and above 64 bits, at the limit, and those that differ in the upper bytes only.
pub(crate) fn chain_id() -> impl Strategy<Value = U256> {
    prop_oneof![
        any::<u64>().prop_map(U256::from),
        word(),
        (any::<bool>(), 0..3u64).prop_map(|(up, by)| {
            let limit = U256::from(u64::MAX);
            if up { limit + U256::from(by) } else { limit - U256::from(by) }
        }),
        any::<u8>().prop_map(|shift| U256::ONE << usize::from(shift)),
    ]
}

pub(crate) fn identifier() -> impl Strategy<Value = Identifier> {
    (address(), any::<u64>(), any::<u32>(), any::<u64>(), chain_id()).prop_map(
        |(origin, block_number, log_index, timestamp, chain_id)| Identifier {
            origin,
            block_number,
            log_index,
            timestamp,
            chain_id,
        },
    )
}

pub(crate) fn executing_message() -> impl Strategy<Value = ExecutingMessage> {
    (hash(), identifier()).prop_map(|(msg_hash, identifier)| ExecutingMessage { msg_hash, identifier })
}

pub(crate) fn sent_message() -> impl Strategy<Value = SentMessage> {
    (word(), address(), word(), address(), vec(any::<u8>(), 0..200)).prop_map(
        |(destination, target, nonce, sender, message)| SentMessage {
            destination,
            target,
            nonce,
            sender,
            message: message.into(),
        },
    )
}
