use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;
use causeway_interop::*;

use crate::vectors::VECTORS;

fn executing_message() -> ExecutingMessage {
    let identifier = Identifier {
        origin: Address::repeat_byte(0xe0),
        block_number: u64::MAX - 1,
        log_index: u32::MAX - 2,
        timestamp: u64::MAX - 3,
        chain_id: U256::MAX,
    };
    ExecutingMessage { msg_hash: B256::repeat_byte(5), identifier }
}

#[test]
fn executing_messages_are_the_contracts_events() {
    let message = executing_message();
    let event = abi::ExecutingMessage { msgHash: message.msg_hash, id: message.identifier.into() };
    let log = event.encode_log_data();
    assert_eq!(log.topics(), message.topics());
    assert_eq!(log.data, message.data().to_vec());
    assert_eq!(ExecutingMessage::decode(log.topics(), &log.data), Ok(message));
    assert_eq!(message.access(), message.identifier.access(message.msg_hash));
}

#[test]
fn executing_messages_count_only_from_the_inbox() {
    let message = executing_message();
    let (topics, data) = (message.topics(), message.data());
    assert_eq!(ExecutingMessage::from_log(CROSS_L2_INBOX, &topics, &data), Some(Ok(message)));
    assert_eq!(ExecutingMessage::from_log(Address::ZERO, &topics, &data), None);
    assert_eq!(ExecutingMessage::from_log(CROSS_L2_INBOX, &[], &data), None);
    assert_eq!(ExecutingMessage::from_log(CROSS_L2_INBOX, &[B256::ZERO, B256::ZERO], &data), None);
    assert!(ExecutingMessage::from_log(CROSS_L2_INBOX, &topics[..1], &data).unwrap().is_err());
}

#[test]
fn executing_message_errors_match_the_vectors() {
    let message = executing_message();
    let (topics, data) = (message.topics(), message.data());
    let topic = ExecutingMessage::TOPIC;
    let with_byte = |at: usize| {
        let mut data = data.to_vec();
        data[at] = 1;
        (topics.to_vec(), data)
    };
    for case in &VECTORS.executing_message_decode_errors.cases {
        let (what, error) = case.split_once(" -> ").unwrap();
        let logs: Vec<(Vec<B256>, Vec<u8>)> = match what {
            "0/1/3 topics" => {
                [vec![], vec![topic], vec![topic; 3]].map(|topics| (topics, data.to_vec())).into()
            }
            "topic0 mismatch" => vec![(vec![B256::ZERO; 2], data.to_vec())],
            "data 128 or 192 bytes" => [128, 192].map(|length| (topics.to_vec(), vec![0; length])).into(),
            "data[0]=1" => vec![with_byte(0)],
            "data[32+23]=1" => vec![with_byte(32 + 23)],
            other => panic!("no test for {other}"),
        };
        for (topics, data) in logs {
            let actual = ExecutingMessage::decode(&topics, &data).unwrap_err().to_string();
            assert!(actual.starts_with(error.trim_matches('\'')), "{actual} for {case}");
        }
    }
    let padding = |at| {
        let (topics, data) = with_byte(at);
        ExecutingMessage::decode(&topics, &data).unwrap_err().to_string()
    };
    assert_eq!(padding(64 + 27), "invalid log index padding: the value exceeds 32 bits");
    assert_eq!(padding(96 + 23), "invalid timestamp padding: the value exceeds 64 bits");
}

#[test]
fn data_that_is_no_whole_number_of_words_is_refused() {
    let message = executing_message();
    for length in [0, 159, 161, 191] {
        let error = ExecutingMessage::decode(&message.topics(), &vec![0; length]).unwrap_err();
        assert_eq!(error, EventError::DataLength { field: "identifier", expected: 160, actual: length });
    }
}

#[test]
fn relayed_messages_are_the_contracts_events() {
    let message = RelayedMessage {
        source: U256::from(901),
        nonce: U256::from(3),
        message_hash: B256::repeat_byte(1),
        return_data_hash: B256::repeat_byte(2),
    };
    let event = abi::RelayedMessage {
        source: message.source,
        messageNonce: message.nonce,
        messageHash: message.message_hash,
        returnDataHash: message.return_data_hash,
    };
    let log = event.encode_log_data();
    assert_eq!(log.topics(), message.topics());
    assert_eq!(log.data, message.data().to_vec());
    assert_eq!(RelayedMessage::decode(log.topics(), &log.data), Ok(message));

    let messenger = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
    assert_eq!(RelayedMessage::from_log(messenger, log.topics(), &log.data), Some(Ok(message)));
    assert_eq!(RelayedMessage::from_log(CROSS_L2_INBOX, log.topics(), &log.data), None);
    assert_eq!(
        RelayedMessage::decode(log.topics(), &[0; 33]).unwrap_err().to_string(),
        "unexpected relayed message data length: expected 32, got 33"
    );
    assert_eq!(
        RelayedMessage::decode(&log.topics()[..3], &log.data).unwrap_err().to_string(),
        "unexpected number of event topics: expected 4, got 3"
    );
}

#[test]
fn sent_message_hashes_as_both_messengers_do() {
    let sent = SentMessage {
        destination: U256::from(902),
        target: Address::repeat_byte(1),
        nonce: U256::from(5),
        sender: Address::repeat_byte(2),
        message: vec![1, 2, 3].into(),
    };
    let hash =
        message_hash(sent.destination, U256::from(901), sent.nonce, sent.sender, sent.target, &[1, 2, 3]);
    assert_eq!(sent.message_hash(U256::from(901)), hash);
    assert_ne!(sent.message_hash(U256::from(903)), hash);
    assert_eq!(sent.msg_hash(), Payload(sent.encode_payload().into()).hash());
}
