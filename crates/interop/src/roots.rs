use std::collections::BTreeMap;

use alloy_primitives::{B256, Keccak256, U256, keccak256};

/// Returns the version 0 output root of a block.
///
/// It is `keccak256(version ++ stateRoot ++ messagePasserStorageRoot ++ blockHash)` with a version of 32 zero
/// bytes. Specs: "Proposals", section "L2 Output Commitment Construction".
pub fn output_root(state_root: B256, message_passer_storage_root: B256, block_hash: B256) -> B256 {
    let mut bytes = [0u8; 128];
    bytes[32..64].copy_from_slice(state_root.as_slice());
    bytes[64..96].copy_from_slice(message_passer_storage_root.as_slice());
    bytes[96..].copy_from_slice(block_hash.as_slice());
    keccak256(bytes)
}

/// Returns the version 1 super root: the commitment to the output roots of all chains at a timestamp.
///
/// It is `keccak256(0x01 ++ u64 timestamp ++ (u256 chain id ++ output root) of each chain)`, chains in
/// ascending order, as the map has them. The specs know no super root of no chains; here it is the hash of the
/// first two fields. Specs: "Optimism Portal", section "Super Output".
pub fn super_root(timestamp: u64, output_roots: &BTreeMap<U256, B256>) -> B256 {
    const VERSION: u8 = 1;
    let mut hasher = Keccak256::new();
    hasher.update([VERSION]);
    hasher.update(timestamp.to_be_bytes());
    for (chain_id, output_root) in output_roots {
        hasher.update(chain_id.to_be_bytes::<32>());
        hasher.update(output_root);
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_root_hashes_four_words() {
        let [state, storage, block] = [1, 2, 3].map(B256::repeat_byte);
        let bytes = [[0u8; 32], state.0, storage.0, block.0].concat();
        assert_eq!(output_root(state, storage, block), keccak256(bytes));
    }

    #[test]
    fn super_root_is_in_chain_order() {
        let [low, high] = [U256::from(2), U256::MAX];
        let roots = BTreeMap::from([(high, B256::repeat_byte(9)), (low, B256::repeat_byte(8))]);
        let mut bytes = vec![1];
        bytes.extend(5u64.to_be_bytes());
        bytes.extend(low.to_be_bytes::<32>());
        bytes.extend([8; 32]);
        bytes.extend(high.to_be_bytes::<32>());
        bytes.extend([9; 32]);
        assert_eq!(super_root(5, &roots), keccak256(bytes));
    }
}
