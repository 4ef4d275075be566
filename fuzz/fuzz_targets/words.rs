//! Words: chain ids and safety levels as text, and the identifier's integers as the ABI has them.

#![no_main]

use alloy::primitives::{Address, U256};
use causeway_interop::{Identifier, IdentifierError, SafetyLevel, abi, parse_chain_id};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = str::from_utf8(bytes) {
        chain_id(text);
        level(text);
    }
    if let ([block_number, log_index, timestamp, chain_id], origin) = bytes.as_chunks::<32>() {
        identifier(abi::Identifier {
            origin: Address::left_padding_from(&origin[..origin.len().min(20)]),
            blockNumber: U256::from_be_bytes(*block_number),
            logIndex: U256::from_be_bytes(*log_index),
            timestamp: U256::from_be_bytes(*timestamp),
            chainId: U256::from_be_bytes(*chain_id),
        });
    }
});

fn chain_id(text: &str) {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        _ => (text, 10),
    };
    let are_digits = !digits.is_empty() && digits.chars().all(|character| character.is_digit(radix));
    let naive = are_digits.then(|| U256::from_str_radix(digits, radix.into()).ok()).flatten();
    let parsed = parse_chain_id(text);
    assert_eq!(parsed.as_ref().ok(), naive.as_ref(), "{text:?}");
    if let Ok(id) = parsed {
        assert_eq!(parse_chain_id(&id.to_string()), Ok(id));
        assert_eq!(parse_chain_id(&format!("{id:#x}")), Ok(id));
    }
}

fn level(text: &str) {
    match text.parse::<SafetyLevel>() {
        Ok(level) => assert_eq!(level.to_string(), text),
        Err(error) => {
            assert_eq!(error.name, text);
            assert!(SafetyLevel::ALL.iter().all(|level| level.as_str() != text));
        }
    }
}

fn identifier(wide: abi::Identifier) {
    let wide_in = |value: U256, bits| value.bit_len() > bits;
    match Identifier::try_from(wide.clone()) {
        Ok(identifier) => assert_eq!(abi::Identifier::from(identifier), wide),
        Err(IdentifierError::BlockNumberTooHigh { value }) => {
            assert!(value == wide.blockNumber && wide_in(value, 64));
        }
        Err(IdentifierError::LogIndexTooHigh { value }) => {
            assert!(value == wide.logIndex && wide_in(value, 32) && !wide_in(wide.blockNumber, 64));
        }
        Err(IdentifierError::TimestampTooHigh { value }) => {
            assert!(value == wide.timestamp && wide_in(value, 64) && !wide_in(wide.logIndex, 32));
        }
    }
}
