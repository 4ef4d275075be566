//! The storage keys of an access list: what decodes is what its messages encode to, and an error says where.

#![no_main]

use alloy::primitives::B256;
use causeway_interop::{Access, AccessListDecoder, decode_access_list, parse_access};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let keys: Vec<B256> = bytes.as_chunks::<32>().0.iter().map(B256::from).collect();
    let decoded = decode_access_list(&keys);
    let first = parse_access(&keys);
    match &decoded {
        Ok(accesses) => {
            let encoded: Vec<B256> = accesses.iter().flat_map(Access::entries).collect();
            // An extension of zeros is the only thing that may go: the specs make it optional.
            let is_optional = |key: &B256| key[0] == 2 && key[1..].iter().all(|byte| *byte == 0);
            assert_eq!(encoded.len(), encoded.iter().filter(|key| !is_optional(key)).count());
            assert_eq!(without_optional(&keys, accesses), encoded);
            assert_eq!(decode_access_list(&encoded).as_ref(), Ok(accesses));
        }
        Err(error) => {
            let index = error.index();
            assert!(index <= keys.len(), "{error}");
            // The keys before the one that is wrong declare messages, or begin one.
            if let Err(earlier) = decode_access_list(&keys[..index]) {
                assert_eq!(earlier.index(), index, "{error}, {earlier}");
            }
        }
    }
    match (first, decoded.as_ref().map(|accesses| accesses.first())) {
        (Ok((access, rest)), decoded) => {
            assert!(matches!(keys.len() - rest.len(), 2 | 3));
            assert!(decoded.is_err() || decoded == Ok(Some(&access)));
        }
        (Err(error), Err(whole)) => assert_eq!(&error, whole),
        (Err(error), Ok(decoded)) => assert!(keys.is_empty() && decoded.is_none(), "{error}"),
    }
    let one_by_one: Result<Vec<Access>, _> = AccessListDecoder::new(&keys).collect();
    assert_eq!(one_by_one, decoded);
});

/// The keys without the extensions that say nothing.
fn without_optional(keys: &[B256], accesses: &[Access]) -> Vec<B256> {
    let mut rest = keys;
    let mut kept = Vec::new();
    for access in accesses {
        let Ok((_, after)) = parse_access(rest) else { break };
        let entries = &rest[..rest.len() - after.len()];
        match entries {
            [lookup, _, checksum] if access.chain_id.bit_len() <= 64 => kept.extend([*lookup, *checksum]),
            entries => kept.extend(entries),
        }
        rest = after;
    }
    kept
}
