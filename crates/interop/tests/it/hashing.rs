use causeway_interop::*;

use crate::vectors::VECTORS;

#[test]
fn log_hashes_match_the_vectors() {
    assert!(!VECTORS.log_hash.is_empty());
    for case in &VECTORS.log_hash {
        let hash = msg_hash(&case.topics, &case.data);
        assert_eq!(hash, case.msg_hash, "{}", case.name);
        assert_eq!(Payload::new(&case.topics, &case.data).hash(), hash, "{}", case.name);
        assert_eq!(log_hash(case.address, hash), case.log_hash, "{}", case.name);
    }
}

#[test]
fn checksums_match_the_vectors() {
    assert!(!VECTORS.checksum.is_empty());
    for case in &VECTORS.checksum {
        let id = case.identifier();
        assert_eq!(log_hash(id.origin, case.msg_hash), case.log_hash, "{}", case.name);
        assert_eq!(id.checksum(case.msg_hash).0, case.checksum, "{}", case.name);
        assert_eq!(id.access(case.msg_hash).checksum_of(case.log_hash).0, case.checksum, "{}", case.name);
    }
}
