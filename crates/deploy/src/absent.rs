//! Predeploys of the OP Stack that a devnet does not have: code in their places that says so.

use crate::{Contract, Role};
use alloy::primitives::{Address, Bytes, U256, address};

/// The places of the OP Stack's predeploys that no contract of ours fills, with their names.
///
/// Without code there a transfer or a call would succeed and do nothing: ether that is withdrawn by
/// sending it to L2ToL1MessagePasser would be gone with status 1.
const ABSENT: [(Address, &str); 22] = [
    (address!("0x4200000000000000000000000000000000000000"), "LegacyMessagePasser"),
    (address!("0x4200000000000000000000000000000000000001"), "L1MessageSender"),
    (address!("0x4200000000000000000000000000000000000002"), "DeployerWhitelist"),
    (address!("0x4200000000000000000000000000000000000007"), "L2CrossDomainMessenger"),
    (address!("0x420000000000000000000000000000000000000F"), "GasPriceOracle"),
    (address!("0x4200000000000000000000000000000000000011"), "SequencerFeeVault"),
    (address!("0x4200000000000000000000000000000000000013"), "L1BlockNumber"),
    (address!("0x4200000000000000000000000000000000000014"), "L2ERC721Bridge"),
    (address!("0x4200000000000000000000000000000000000015"), "L1Block"),
    (address!("0x4200000000000000000000000000000000000016"), "L2ToL1MessagePasser"),
    (address!("0x4200000000000000000000000000000000000017"), "OptimismMintableERC721Factory"),
    (address!("0x4200000000000000000000000000000000000019"), "BaseFeeVault"),
    (address!("0x420000000000000000000000000000000000001A"), "L1FeeVault"),
    (address!("0x420000000000000000000000000000000000001b"), "OperatorFeeVault"),
    (address!("0x4200000000000000000000000000000000000020"), "SchemaRegistry"),
    (address!("0x4200000000000000000000000000000000000021"), "EAS"),
    (address!("0x4200000000000000000000000000000000000029"), "NativeAssetLiquidity"),
    (address!("0x420000000000000000000000000000000000002a"), "LiquidityController"),
    (address!("0x420000000000000000000000000000000000002B"), "FeeSplitter"),
    (address!("0x420000000000000000000000000000000000002C"), "ConditionalDeployer"),
    (address!("0x4200000000000000000000000000000000000042"), "GovernanceToken"),
    (address!("0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000"), "LegacyERC20ETH"),
];

/// What stands in the places of the predeploys that are not there.
pub(crate) fn absent() -> impl Iterator<Item = Contract> {
    ABSENT
        .into_iter()
        .map(|(address, name)| Contract::new(name, Role::Absent, address, refusal(&explanation(name))))
}

fn explanation(name: &str) -> String {
    format!(
        "{name} is not on this devnet: nothing was done. To have it, put its code here with anvil_setCode."
    )
}

/// Code that reverts with `Error(string)`, whatever it is called with.
fn refusal(text: &str) -> Bytes {
    let words = text.len().div_ceil(32);
    let mut error = vec![0x08, 0xc3, 0x79, 0xa0];
    error.extend(U256::from(32).to_be_bytes::<32>());
    error.extend(U256::from(text.len()).to_be_bytes::<32>());
    error.extend(text.as_bytes());
    error.resize(4 + 64 + 32 * words, 0);

    // PUSH2 length, DUP1, PUSH1 offset, PUSH0, CODECOPY, PUSH0, REVERT; what it reverts with follows.
    let length = u16::try_from(error.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut code = vec![0x61, length[0], length[1], 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, 0xfd];
    code.extend(error);
    code.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::sol_types::{Revert, SolError};

    #[test]
    fn every_refusal_carries_a_solidity_error_that_names_the_contract() {
        for contract in absent() {
            let error = Revert::abi_decode(&contract.code[10..]).unwrap();
            assert!(error.reason.starts_with(&format!("{} is not on this devnet", contract.name)), "{error}");
            assert_eq!(
                usize::from(u16::from_be_bytes([contract.code[1], contract.code[2]])) + 10,
                contract.code.len()
            );
        }
    }
}
