//! Round trips, and what the hashes commit to.

use std::collections::HashSet;

use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::SolEvent;
use causeway_interop::*;
use proptest::{collection::vec, prelude::*};

use crate::strategies::{executing_message, hash, identifier, sent_message, word};

/// Flips one bit of a message, counted through all of its fields.
fn flip(id: &mut Identifier, hash: &mut B256, bit: usize) {
    match bit {
        0..160 => id.origin[bit / 8] ^= 1 << (bit % 8),
        160..224 => id.block_number ^= 1 << (bit - 160),
        224..256 => id.log_index ^= 1 << (bit - 224),
        256..320 => id.timestamp ^= 1 << (bit - 256),
        320..576 => id.chain_id ^= U256::ONE << (bit - 320),
        _ => hash[(bit - 576) / 8] ^= 1 << (bit % 8),
    }
}

const BITS: usize = 576 + 256;

/// The checksum, straight from the text of the specs.
fn naive_checksum(id: &Identifier, msg_hash: B256) -> B256 {
    let log_hash = keccak256([id.origin.as_slice(), msg_hash.as_slice()].concat());
    let packed = [
        vec![0; 12],
        id.block_number.to_be_bytes().to_vec(),
        id.timestamp.to_be_bytes().to_vec(),
        id.log_index.to_be_bytes().to_vec(),
    ]
    .concat();
    let inner = keccak256([log_hash.to_vec(), packed].concat());
    let bare = keccak256([inner.to_vec(), id.chain_id.to_be_bytes_vec()].concat());
    B256::from_slice(&[&[3], &bare[1..]].concat())
}

proptest! {
    #[test]
    fn identifier_round_trips_through_its_abi_form(id in identifier()) {
        prop_assert_eq!(Identifier::try_from(abi::Identifier::from(id)), Ok(id));
    }

    #[test]
    fn abi_identifier_converts_only_without_loss(
        [block, index, time, chain] in prop::array::uniform4(word()),
        shifts in prop::array::uniform3(0usize..256),
    ) {
        let wide = abi::Identifier {
            origin: Address::ZERO,
            blockNumber: block >> shifts[0],
            logIndex: index >> shifts[1],
            timestamp: time >> shifts[2],
            chainId: chain,
        };
        match Identifier::try_from(wide.clone()) {
            Ok(id) => prop_assert_eq!(abi::Identifier::from(id), wide),
            Err(IdentifierError::BlockNumberTooHigh { value }) => prop_assert!(value.bit_len() > 64),
            Err(IdentifierError::LogIndexTooHigh { value }) => prop_assert!(value.bit_len() > 32),
            Err(IdentifierError::TimestampTooHigh { value }) => prop_assert!(value.bit_len() > 64),
        }
    }

    #[test]
    fn checksum_is_the_specs(id in identifier(), msg_hash in hash()) {
        prop_assert_eq!(id.checksum(msg_hash).0, naive_checksum(&id, msg_hash));
    }

    #[test]
    fn any_single_bit_changes_the_checksum(id in identifier(), msg_hash in hash(), bit in 0..BITS) {
        let (mut other, mut other_hash) = (id, msg_hash);
        flip(&mut other, &mut other_hash, bit);
        prop_assert!((other, other_hash) != (id, msg_hash));
        prop_assert_ne!(other.checksum(other_hash), id.checksum(msg_hash));
    }

    #[test]
    fn access_list_round_trips(messages in vec((identifier(), hash()), 0..20), repeats in vec(any::<prop::sample::Index>(), 0..5)) {
        let mut declared = messages.clone();
        if !messages.is_empty() {
            declared.extend(repeats.iter().map(|index| messages[index.index(messages.len())]));
        }
        let keys = encode_access_list(declared.iter().map(|(id, hash)| (id, *hash)));
        let accesses = decode_access_list(&keys).unwrap();

        let mut seen = HashSet::new();
        let expected: Vec<_> =
            declared.iter().map(|(id, hash)| id.access(*hash)).filter(|access| seen.insert(*access)).collect();
        prop_assert_eq!(&accesses, &expected);
        prop_assert_eq!(accesses.iter().flat_map(Access::entries).collect::<Vec<_>>(), keys);
    }

    #[test]
    fn every_cut_of_an_access_list_is_an_error_or_a_prefix(messages in vec((identifier(), hash()), 1..5), cut in any::<prop::sample::Index>()) {
        let keys = encode_access_list(messages.iter().map(|(id, hash)| (id, *hash)));
        let all = decode_access_list(&keys).unwrap();
        let cut = cut.index(keys.len());
        match decode_access_list(&keys[..cut]) {
            Ok(some) => prop_assert!(all.starts_with(&some)),
            Err(error) => {
                let at_end = matches!(error, AccessListError::ExpectedEntry { index, .. } if index == cut);
                prop_assert!(at_end, "{}", error);
            }
        }
    }

    #[test]
    fn sent_message_round_trips(sent in sent_message()) {
        prop_assert_eq!(SentMessage::decode(&sent.topics(), &sent.data()), Ok(sent.clone()));
        let bytes = sent.encode_payload();
        prop_assert_eq!(&bytes, &payload(&sent.topics(), &sent.data()));
        prop_assert_eq!(sent.msg_hash(), keccak256(&bytes));
        prop_assert_eq!(SentMessage::decode_payload(&bytes), Ok(sent));
    }

    #[test]
    fn executing_message_round_trips(message in executing_message()) {
        prop_assert_eq!(ExecutingMessage::decode(&message.topics(), &message.data()), Ok(message));
        let event = abi::ExecutingMessage { msgHash: message.msg_hash, id: message.identifier.into() };
        prop_assert_eq!(event.encode_log_data().data.to_vec(), message.data().to_vec());
    }

    #[test]
    fn payload_hash_needs_no_payload(topics in vec(hash(), 0..5), data in vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(msg_hash(&topics, &data), keccak256(payload(&topics, &data)));
    }

    #[test]
    fn chain_ids_are_read_as_they_are_written(id in word()) {
        prop_assert_eq!(parse_chain_id(&id.to_string()), Ok(id));
        prop_assert_eq!(parse_chain_id(&format!("{id:#x}")), Ok(id));
        prop_assert_eq!(parse_chain_id(&format!("0x{id:064X}")), Ok(id));
    }
}
