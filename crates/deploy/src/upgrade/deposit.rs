use alloy::{
    eips::eip2718::Encodable2718,
    primitives::{Address, B256, Bytes, address},
};
use op_alloy_consensus::{TxDeposit, UpgradeDepositSource};

/// The depositor account, which sends each block's L1 attributes, and upgrades. Nobody has its key.
pub const DEPOSITOR: Address = address!("0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001");

/// The source hash of an upgrade's deposit: keccak256(u256(2) ++ keccak256(intent)), 2 being the domain of upgrades.
pub fn upgrade_source_hash(intent: &str) -> B256 {
    UpgradeDepositSource::new(intent.to_owned()).source_hash()
}

/// The bytes of a deposit in a block: 0x7e, then the RLP of source hash, sender, recipient, mint, value, gas, false, data.
pub fn raw_deposit(deposit: &TxDeposit) -> Bytes {
    deposit.encoded_2718().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::{TxKind, U256, b256, hex, keccak256};

    /// As op-node, kona and the specs have them.
    #[test]
    fn source_hashes_are_the_published_ones() {
        for (intent, hash) in [
            (
                "Interop: L2ToL2CrossDomainMessenger Deployment",
                b256!("0xf5484697c7a9a791db32a3bf0763bf2ba686c77ae7d4c0a5ee8c222a92a8dcc2"),
            ),
            (
                "Interop: L2ToL2CrossDomainMessenger Proxy Update",
                b256!("0xe54b4d06bbcc857f41ae00e89d820339ac5ce0034aac722c817b2873e03a7e68"),
            ),
            (
                "Interop: CrossL2Inbox Deployment",
                b256!("0x6e5e214f73143df8fe6f6054a3ed7eb472d373376458a9c8aecdf23475beb616"),
            ),
            (
                "Interop: CrossL2Inbox Proxy Update",
                b256!("0x88c6b48354c367125a59792a93a7b60ad7cd66e516157dbba16558c68a46d3cb"),
            ),
            (
                "Interop: SuperchainETHBridge Deployment",
                b256!("0x53eccc738e298d613b3c3dcc8ad1d9e9626945a2f7b005252c2b57837176d960"),
            ),
            (
                "Interop: ETHLiquidity Proxy Update",
                b256!("0x8c6c281c65cba9a9286233c61c3a1b4d606b899b1aee3b3a7221fd5212b22822"),
            ),
            (
                "Interop pre: setFeature(INTEROP)",
                b256!("0x22ad3660686317c7508cfb0daa4c8d86db29d958d6febe76d8eb2d8a16a3615a"),
            ),
            (
                "Interop post: ETHLiquidity Funding",
                b256!("0x6643cb07e2629dba4d88b8376cbc8597e04ed75b5d2cd27ff4a899913b36a3de"),
            ),
        ] {
            assert_eq!(upgrade_source_hash(intent), hash, "{intent}");
            let mut by_hand = [0; 64];
            by_hand[31] = 2;
            by_hand[32..].copy_from_slice(keccak256(intent).as_slice());
            assert_eq!(keccak256(by_hand), hash, "{intent}");
        }
    }

    /// The one that switched Fjord on, in the activation blocks of the public chains.
    #[test]
    fn bytes_are_those_of_a_public_upgrade() {
        let source_hash = upgrade_source_hash("Fjord: Gas Price Oracle Set Fjord");
        let deposit = TxDeposit {
            source_hash,
            from: DEPOSITOR,
            to: TxKind::Call(address!("0x420000000000000000000000000000000000000F")),
            mint: 0,
            value: U256::ZERO,
            gas_limit: 90_000,
            is_system_transaction: false,
            input: Bytes::from_static(&hex!("8e98b106")),
        };
        let public = hex!(
            "7ef857a0bac7bb0d5961cad209a345408b0280a0d4686b1b20665e1b0f9cdafd73b19b6b94deaddeaddeaddeaddeaddead"
            "deaddeaddead000194420000000000000000000000000000000000000f808083015f9080848e98b106"
        );
        assert_eq!(raw_deposit(&deposit).as_ref(), public);
    }

    #[test]
    fn bytes_of_a_creation_are_the_ones_written_out_by_hand() {
        let deposit = TxDeposit {
            source_hash: b256!("0x1111111111111111111111111111111111111111111111111111111111111111"),
            from: address!("0x4220000000000000000000000000000000000001"),
            to: TxKind::Create,
            mint: 0,
            value: U256::ZERO,
            gas_limit: 1_100_000,
            is_system_transaction: false,
            input: Bytes::from_static(&[0x60]),
        };
        let by_hand = hex!(
            "7e f83f"
            "a0 1111111111111111111111111111111111111111111111111111111111111111"
            "94 4220000000000000000000000000000000000001"
            "80 80 80 8310c8e0 80 60"
        );
        assert_eq!(raw_deposit(&deposit).as_ref(), by_hand);
    }
}
