use causeway_interop::*;

use crate::vectors::VECTORS;

#[test]
fn messages_of_the_checksum_vectors_encode_to_their_entries() {
    for case in &VECTORS.checksum {
        let id = case.identifier();
        let keys = encode_access_list([(&id, case.msg_hash)]);
        assert_eq!(keys, case.access_list_entries, "{}", case.name);
        assert_eq!(decode_access_list(&keys), Ok(vec![id.access(case.msg_hash)]), "{}", case.name);

        let parts: Vec<_> = [Some(id.lookup()), id.lookup_extension(), Some(id.checksum(case.msg_hash).0)]
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(keys, parts, "{}", case.name);
    }
}

#[test]
fn all_messages_in_one_list_decode_in_order() {
    let ids: Vec<_> = VECTORS.checksum.iter().map(|case| (case.identifier(), case.msg_hash)).collect();
    let keys = encode_access_list(ids.iter().map(|(id, hash)| (id, *hash)));
    assert_eq!(keys.len(), VECTORS.checksum.iter().map(|case| case.access_list_entries.len()).sum::<usize>());
    let accesses: Vec<_> = ids.iter().map(|(id, hash)| id.access(*hash)).collect();
    assert_eq!(decode_access_list(&keys), Ok(accesses));
}

#[test]
fn encodings_match_the_vectors() {
    for case in &VECTORS.access_list_encoding {
        let (access, rest) = parse_access(&case.storage_keys).unwrap();
        assert!(rest.is_empty(), "{}", case.name);
        let Access { block_number, timestamp, log_index, chain_id, checksum } = access;
        assert_eq!(
            (block_number, timestamp, log_index, chain_id),
            (case.block_number, case.timestamp, case.log_index, case.chain_id),
            "{}",
            case.name
        );
        assert_eq!(checksum.0, *case.storage_keys.last().unwrap(), "{}", case.name);
        assert_eq!(access.entries().collect::<Vec<_>>(), case.storage_keys, "{}", case.name);

        // One vector has the message itself as well.
        if let (Some(origin), Some(bytes)) = (case.origin, &case.message_payload) {
            let id = Identifier { origin, block_number, log_index, timestamp, chain_id };
            let hash = Payload(bytes.clone()).hash();
            assert_eq!(encode_access_list([(&id, hash)]), case.storage_keys, "{}", case.name);

            let sent = SentMessage::decode_payload(bytes).unwrap();
            assert_eq!(sent.encode_payload(), **bytes);
            assert_eq!(sent.msg_hash(), hash);
            assert_eq!((sent.target, sent.sender), (SUPERCHAIN_TOKEN_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE));
        }
    }
}

#[test]
fn parse_errors_match_the_vectors() {
    let cases = &VECTORS.access_list_parse_errors.cases;
    assert!(!cases.is_empty());
    for case in cases {
        let error = parse_access(&case.entries).unwrap_err();
        assert!(error.to_string().starts_with(&case.error), "{error} for {case:?}");
        assert_eq!(error.code(), case.error.replace(' ', "-"));
        assert!(error.index() <= case.entries.len());
        assert_eq!(error.rpc_code(), -32602);
        // The same list as a whole is wrong in the same way, but for the empty one, which declares nothing.
        let whole = if case.entries.is_empty() { Ok(vec![]) } else { Err(error) };
        assert_eq!(decode_access_list(&case.entries), whole);
    }
}
