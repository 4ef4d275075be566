//! Batches of messages: what is written is read again, and nothing else is.

use alloy_primitives::{Address, U256, hex};
use causeway_interop::relay_batch::{
    RelayBatchError, RelayItem, decode_compact, decode_plain, encode_compact, encode_plain, execution_gas,
    gas_limit,
};
use proptest::{collection::vec, prelude::*};

use crate::strategies::{address, chain_id, word};

fn item() -> impl Strategy<Value = RelayItem> {
    let place = (any::<u64>(), any::<u32>(), any::<u64>(), chain_id());
    let terms = (any::<u32>(), any::<u128>());
    let message = (address(), word(), address(), vec(any::<u8>(), 0..100));
    (place, terms, message).prop_map(|(place, terms, (target, nonce, sender, message))| RelayItem {
        block_number: place.0,
        log_index: place.1,
        timestamp: place.2,
        chain_id: place.3,
        gas_limit: terms.0,
        value: terms.1,
        target,
        nonce,
        sender,
        message: message.into(),
    })
}

/// Batches whose items have much in common, as those of one block have: each field is new or follows from the last.
fn batch() -> impl Strategy<Value = Vec<RelayItem>> {
    vec((item(), any::<u8>()), 0..8).prop_map(|drawn| {
        let mut items: Vec<RelayItem> = Vec::new();
        for (mut item, same) in drawn {
            if let Some(last) = items.last() {
                let keeps = |bit: u8| same & (1 << bit) != 0;
                if keeps(0) {
                    (item.block_number, item.timestamp) = (last.block_number, last.timestamp);
                }
                if keeps(1) {
                    item.log_index = last.log_index.wrapping_add(1);
                }
                if keeps(2) {
                    item.chain_id = last.chain_id;
                }
                if keeps(3) {
                    item.nonce = last.nonce.wrapping_add(U256::ONE);
                }
                if keeps(4) {
                    item.gas_limit = last.gas_limit;
                }
                if keeps(5) {
                    item.value = last.value;
                }
                if keeps(6) {
                    item.target = last.target;
                }
                if keeps(7) {
                    item.sender = last.sender;
                }
            }
            items.push(item);
        }
        items
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(items in batch()) {
        prop_assert_eq!(decode_plain(&encode_plain(&items).unwrap()), Ok(items.clone()));
        prop_assert_eq!(decode_compact(&encode_compact(&items).unwrap()), Ok(items));
    }

    #[test]
    fn what_is_read_says_what_was_written(bytes in vec(any::<u8>(), 0..300)) {
        if let Ok(items) = decode_plain(&bytes) {
            prop_assert_eq!(encode_plain(&items).unwrap(), bytes.clone());
        }
        // An item may have what it could leave out: only the items are the same.
        if let Ok(items) = decode_compact(&bytes) {
            prop_assert_eq!(decode_compact(&encode_compact(&items).unwrap()), Ok(items));
        }
    }

    #[test]
    fn part_of_a_batch_is_none(items in batch(), cut in any::<prop::sample::Index>()) {
        for (whole, decode) in [
            (encode_plain(&items).unwrap(), decode_plain as fn(&[u8]) -> _),
            (encode_compact(&items).unwrap(), decode_compact),
        ] {
            let longer = [whole.as_slice(), &[0]].concat();
            prop_assert!(decode(&longer).is_err());
            if !whole.is_empty() {
                let part = &whole[..cut.index(whole.len())];
                // A plain batch can be cut between two items, and is then the batch of the first.
                if let Ok(read) = decode(part) {
                    prop_assert!(read.len() < items.len() && items.starts_with(&read));
                }
            }
        }
    }

    #[test]
    fn a_limit_covers_every_item(items in batch()) {
        let calldata = encode_compact(&items).unwrap();
        let each: u64 = items.iter().map(|item| u64::from(item.gas_limit)).sum();
        prop_assert!(execution_gas(&items) > each);
        prop_assert!(gas_limit(&items, &calldata) > execution_gas(&items));
    }
}

fn first() -> RelayItem {
    RelayItem {
        block_number: 0x0102,
        log_index: 3,
        timestamp: 0x65,
        chain_id: U256::from(901),
        gas_limit: 100_000,
        value: 0,
        target: Address::repeat_byte(0xaa),
        nonce: U256::from(7),
        sender: Address::repeat_byte(0xbb),
        message: vec![0xcc; 2].into(),
    }
}

#[test]
fn what_follows_from_the_item_before_is_left_out() {
    let next = RelayItem { log_index: 4, nonce: U256::from(8), message: vec![0xdd].into(), ..first() };
    let batch = encode_compact(&[first(), next]).unwrap();
    let (target, sender) = ("aa".repeat(20), "bb".repeat(20));
    let expected = format!(
        // Two items, the longest message of two bytes, no value.
        "0102 0102 00  df 020102 0165 0103 020385 0107 030186a0 {target} {sender} 0102cccc  00 0101dd"
    );
    assert_eq!(hex::encode(batch), expected.replace(' ', ""));
    assert_eq!(encode_compact(&[]).unwrap(), [0, 0, 0]);
    assert_eq!(encode_plain(&[]).unwrap(), [0; 0]);
}

#[test]
fn what_the_contract_undoes_is_refused() {
    let decode = |text: &str| decode_compact(&hex::decode(text.replace(' ', "")).unwrap()).unwrap_err();
    // A leading zero, and a count of five bytes.
    assert_eq!(decode("0200ff 00 00"), RelayBatchError::Number { at: 0 });
    assert_eq!(decode("05ffffffffff 00 00"), RelayBatchError::Number { at: 0 });
    // An item that is not there, and as many as can be.
    assert_eq!(decode("0101 00 00"), RelayBatchError::CutOff { at: 4, item: 0 });
    assert_eq!(decode("04ffffffff 00 00 00 00"), RelayBatchError::CutOff { at: 9, item: 1 });
    assert_eq!(decode("00 00 00 ff"), RelayBatchError::Trailing { count: 1 });
    assert_eq!(decode("00 00 0101"), RelayBatchError::Value);
    assert_eq!(decode("0101 00 00 20 0105 00"), RelayBatchError::Value);
    assert_eq!(
        decode("0101 0101 00 00 0102 aabb"),
        RelayBatchError::TooLong { item: 0, length: 2, longest: 1 }
    );
    assert_eq!(decode("0102 00 00 02 04ffffffff 00 00 00"), RelayBatchError::LogIndex { item: 1 });
}
