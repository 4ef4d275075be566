//! What stands in the log index: read and written again it is the same, and what was never written is damage.
//!
//! The first four bytes are a log's index, the others a value.

#![no_main]

use alloy::primitives::B256;
use causeway_interop::ExecutingMessage;
use causeway_verifier::{IndexError, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((log_index, value)) = bytes.split_first_chunk::<4>() else { return };
    chunk(value, u32::from_be_bytes(*log_index));
    executing(value);
    if let Some((header, again)) = fuzzing::header(7, value) {
        assert_eq!(again, value);
        assert_eq!((header.number, header.hash.as_slice()), (7, &value[..32]));
    }
    if let Some(again) = fuzzing::record(value) {
        // A mark that is not there has any number, and a flag may be any but zero.
        assert_eq!(fuzzing::record(&again).as_deref(), Some(again.as_slice()));
        assert!(again[..4] == value[..4]);
    }
});

fn chunk(value: &[u8], log_index: u32) {
    let has_length = value.len() >= 8 && (value.len() - 8) % 32 == 0;
    match fuzzing::chunk(value, log_index) {
        Ok((timestamp, hash)) => {
            assert!(has_length);
            assert_eq!(timestamp.to_be_bytes(), value[..8]);
            let hashes: Vec<B256> = value[8..].as_chunks::<32>().0.iter().map(B256::from).collect();
            assert_eq!(hash, hashes.get(log_index as usize % 20).copied());
        }
        Err(error) => assert!(matches!(error, IndexError::Corrupt { .. }) && !has_length),
    }
}

fn executing(value: &[u8]) {
    match fuzzing::executing(value) {
        Ok((messages, again)) => {
            assert_eq!(again, value);
            for (_, message) in messages {
                // What was stored is what the event says.
                assert_eq!(ExecutingMessage::decode(&message.topics(), &message.data()), Ok(message));
            }
        }
        Err(error) => assert!(matches!(error, IndexError::Corrupt { .. }) && value.len() % 108 != 0),
    }
}
