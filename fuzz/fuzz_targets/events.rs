//! The three events: what decodes is the event byte for byte, and says what a general ABI decoder says.
//!
//! The first byte is the number of topics, these follow, and the rest is the data.

#![no_main]

use alloy::{
    primitives::{Address, B256},
    sol_types::SolEvent,
};
use causeway_interop::{
    CROSS_L2_INBOX, ExecutingMessage, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage,
    SentMessage, abi, payload,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((count, bytes)) = bytes.split_first() else { return };
    let (words, _) = bytes.as_chunks::<32>();
    let topics: Vec<B256> = words.iter().take(usize::from(*count % 6)).map(B256::from).collect();
    let data = &bytes[topics.len() * 32..];
    executing(&topics, data);
    sent(&topics, data);
    relayed(&topics, data);
});

fn executing(topics: &[B256], data: &[u8]) {
    let decoded = ExecutingMessage::decode(topics, data);
    let is_event = topics.first() == Some(&ExecutingMessage::TOPIC);
    assert_eq!(ExecutingMessage::from_log(CROSS_L2_INBOX, topics, data), is_event.then_some(decoded));
    assert_eq!(ExecutingMessage::from_log(Address::ZERO, topics, data), None);
    let Ok(message) = decoded else { return };
    assert_eq!((message.topics().as_slice(), message.data().as_slice()), (topics, data));
    let known =
        abi::ExecutingMessage::decode_raw_log_validate(topics.iter().copied(), data).expect("an event");
    assert_eq!(known.msgHash, message.msg_hash);
    assert_eq!(Identifier::try_from(known.id), Ok(message.identifier));
    assert_eq!(message.access().checksum, message.identifier.checksum(message.msg_hash));
}

fn sent(topics: &[B256], data: &[u8]) {
    let decoded = SentMessage::decode(topics, data);
    if topics.len() == 4 {
        assert_eq!(SentMessage::decode_payload(&payload(topics, data)), decoded);
    }
    let Ok(message) = decoded else { return };
    assert_eq!((message.topics().as_slice(), message.data().as_slice()), (topics, data));
    assert_eq!(message.encode_payload(), payload(topics, data));
    let known = abi::SentMessage::decode_raw_log_validate(topics.iter().copied(), data).expect("an event");
    assert_eq!((known.destination, known.target), (message.destination, message.target));
    assert_eq!((known.messageNonce, known.sender), (message.nonce, message.sender));
    assert_eq!(known.message, message.message);
    let from_log = SentMessage::from_log(L2_TO_L2_CROSS_DOMAIN_MESSENGER, topics, data);
    assert_eq!(from_log, Some(Ok(message)));
}

fn relayed(topics: &[B256], data: &[u8]) {
    let Ok(message) = RelayedMessage::decode(topics, data) else { return };
    assert_eq!((message.topics().as_slice(), message.data().as_slice()), (topics, data));
    let known = abi::RelayedMessage::decode_raw_log_validate(topics.iter().copied(), data).expect("an event");
    assert_eq!((known.source, known.messageNonce), (message.source, message.nonce));
    assert_eq!((known.messageHash, known.returnDataHash), (message.message_hash, message.return_data_hash));
    let from_log = RelayedMessage::from_log(L2_TO_L2_CROSS_DOMAIN_MESSENGER, topics, data);
    assert_eq!(from_log, Some(Ok(message)));
}
