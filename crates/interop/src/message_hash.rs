use alloy_primitives::{Address, B256, Keccak256, U256};

/// Returns the hash by which `L2ToL2CrossDomainMessenger` knows a message on both chains.
///
/// It is `keccak256(abi.encode(destination, source, nonce, sender, target, message))`, in the
/// `RelayedMessage` event and the key of `successfulMessages`; `nonce` is `messageNonce()` with the version in
/// its top 16 bits. Nothing is allocated. Specs: "Predeploys", section "L2ToL2CrossDomainMessenger".
pub fn message_hash(
    destination: U256,
    source: U256,
    nonce: U256,
    sender: Address,
    target: Address,
    message: &[u8],
) -> B256 {
    let mut head = [0u8; 7 * 32];
    head[..32].copy_from_slice(&destination.to_be_bytes::<32>());
    head[32..64].copy_from_slice(&source.to_be_bytes::<32>());
    head[64..96].copy_from_slice(&nonce.to_be_bytes::<32>());
    head[108..128].copy_from_slice(sender.as_slice());
    head[140..160].copy_from_slice(target.as_slice());
    // The dynamic tail starts after the six words of the head.
    head[191] = 6 * 32;
    head[216..].copy_from_slice(&(message.len() as u64).to_be_bytes());

    let mut hasher = Keccak256::new();
    hasher.update(head);
    hasher.update(message);
    hasher.update(&[0u8; 32][..padding(message.len())]);
    hasher.finalize()
}

/// Returns how many zero bytes fill up the last 32-byte word; less than 32.
pub(crate) const fn padding(len: usize) -> usize {
    (32 - len % 32) % 32
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{Bytes, keccak256};
    use alloy_sol_types::SolValue;

    use super::*;

    #[test]
    fn equals_the_hash_of_the_abi_encoding() {
        for len in [0, 1, 31, 32, 33, 100] {
            let message = vec![7u8; len];
            let [sender, target] = [Address::repeat_byte(1), Address::repeat_byte(2)];
            let encoded =
                (U256::from(902), U256::from(901), U256::MAX, sender, target, Bytes::from(message.clone()))
                    .abi_encode_params();
            let hash = message_hash(U256::from(902), U256::from(901), U256::MAX, sender, target, &message);
            assert_eq!(hash, keccak256(encoded), "{len} bytes");
        }
    }
}
