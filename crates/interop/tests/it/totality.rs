//! No input makes a decoder panic, and what decodes is exactly what encodes.

use alloy_primitives::B256;
use causeway_interop::*;
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::strategies::{executing_message, hash, identifier, sent_message};

/// Keys that look like entries, so that the decoder gets beyond the first.
fn key() -> impl Strategy<Value = B256> {
    (0..5u8, hash(), 0..9usize).prop_map(|(kind, mut key, zeros)| {
        key[..zeros].fill(0);
        key[0] = kind;
        key
    })
}

/// Changes some bytes, then the length.
fn damage(bytes: &mut Vec<u8>, edits: &[(Index, u8)], length: Option<Index>) {
    for (at, byte) in edits {
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
    }
    if let Some(length) = length {
        bytes.resize(length.index(bytes.len() + 64), 0);
    }
}

proptest! {
    #[test]
    fn access_lists_decode_or_fail(keys in vec(prop_oneof![hash(), key()], 0..12)) {
        let decoded = decode_access_list(&keys);
        let parsed = parse_access(&keys);
        match decoded {
            Ok(accesses) => prop_assert_eq!(parsed.is_ok(), !accesses.is_empty()),
            Err(error) => {
                prop_assert!(error.index() <= keys.len());
                prop_assert!(!error.to_string().is_empty());
            }
        }
        prop_assert!(AccessListDecoder::new(&keys).count() <= keys.len());
    }

    #[test]
    fn events_decode_or_fail(topics in vec(hash(), 0..6), data in vec(any::<u8>(), 0..300), signature in 0..4u8) {
        let mut topics = topics;
        if let Some(first) = topics.first_mut() {
            *first = match signature {
                0 => ExecutingMessage::TOPIC,
                1 => SentMessage::TOPIC,
                2 => RelayedMessage::TOPIC,
                _ => *first,
            };
        }
        let _ = ExecutingMessage::decode(&topics, &data);
        let _ = RelayedMessage::decode(&topics, &data);
        let _ = SentMessage::decode(&topics, &data);
        let _ = SentMessage::decode_payload(&payload(&topics, &data));
    }

    #[test]
    fn damaged_sent_message_is_itself_or_an_error(
        sent in sent_message(),
        edits in vec((any::<Index>(), any::<u8>()), 0..4),
        length in any::<Option<Index>>(),
    ) {
        let mut bytes = sent.encode_payload();
        damage(&mut bytes, &edits, length);
        if let Ok(sent) = SentMessage::decode_payload(&bytes) {
            prop_assert_eq!(sent.encode_payload(), bytes);
        }
    }

    #[test]
    fn damaged_executing_message_is_itself_or_an_error(
        message in executing_message(),
        edits in vec((any::<Index>(), any::<u8>()), 0..4),
        length in any::<Option<Index>>(),
    ) {
        let mut bytes = message.data().to_vec();
        damage(&mut bytes, &edits, length);
        if let Ok(message) = ExecutingMessage::decode(&message.topics(), &bytes) {
            prop_assert_eq!(message.data().to_vec(), bytes);
        }
    }

    #[test]
    fn texts_parse_or_fail(text in ".{0,80}", hex in "0[xX][0-9a-fA-F_ ]{0,70}", decimal in "[+-]?[0-9]{0,90}") {
        for text in [text, hex, decimal] {
            let _ = parse_chain_id(&text);
            let _ = text.parse::<SafetyLevel>();
        }
    }

    #[test]
    fn any_identifier_makes_entries(id in identifier(), msg_hash in hash()) {
        prop_assert!((2..=3).contains(&id.access(msg_hash).entries().len()));
    }
}
