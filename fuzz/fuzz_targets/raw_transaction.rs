//! Raw transactions: the keys that the gateway finds are those that stand in the bytes.

#![no_main]

use alloy::{consensus::TxEnvelope, eips::Decodable2718, hex, primitives::B256};
use causeway_devnet::fuzzing::raw_transaction;
use causeway_interop::CROSS_L2_INBOX;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    let declared = raw_transaction(&json!([hex::encode_prefixed(bytes)]).to_string());
    assert_eq!(raw_transaction(&json!([bytes]).to_string()), declared);
    let Some(declared) = declared else { return };
    match bytes.first() {
        // Nothing, a deposit, or a transaction of before access lists.
        None | Some(0x7e | 0xc0..) => assert_eq!(declared, Vec::<B256>::new()),
        // Blobs in a form that is not read: L2s refuse them, and the L1 has no inbox.
        Some(3) if TxEnvelope::decode_2718(&mut &*bytes).is_err() => {
            assert_eq!(declared, Vec::<B256>::new())
        }
        Some(kind) => assert_eq!(Some(declared), naive(*kind, &bytes[1..])),
    }
});

/// The keys under the inbox's address, by RLP that takes every length for true.
fn naive(kind: u8, bytes: &[u8]) -> Option<Vec<B256>> {
    let (mut fields, _) = list(bytes)?;
    if kind == 3 && fields.first()? >= &0xc0 {
        // With its blobs: the transaction is the first of a list.
        (fields, _) = list(fields)?;
    }
    let before = if kind == 1 { 7 } else { 8 };
    for _ in 0..before {
        (_, fields) = item(fields)?;
    }
    let (mut accesses, _) = list(fields)?;
    let mut keys = Vec::new();
    while !accesses.is_empty() {
        let (access, rest) = list(accesses)?;
        let (address, storage) = item(access)?;
        let (mut storage, _) = list(storage)?;
        while !storage.is_empty() {
            let (key, rest) = item(storage)?;
            if address == CROSS_L2_INBOX.as_slice() {
                keys.push(B256::try_from(key).ok()?);
            }
            storage = rest;
        }
        accesses = rest;
    }
    Some(keys)
}

/// The payload of the list that the bytes begin with, and what follows.
fn list(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    (*bytes.first()? >= 0xc0).then(|| item(bytes)).flatten()
}

/// The payload of the item that the bytes begin with, and what follows.
fn item(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let base = match first {
        0..0x80 => return bytes.split_at_checked(1),
        0x80..0xc0 => 0x80,
        0xc0.. => 0xc0,
    };
    let width = match usize::from(first - base) {
        short @ 0..56 => return rest.split_at_checked(short),
        long => long - 55,
    };
    let (length, rest) = rest.split_at_checked(width)?;
    let length =
        length.iter().try_fold(0usize, |length, byte| length.checked_mul(256)?.checked_add((*byte).into()));
    rest.split_at_checked(length?)
}
