use alloy::primitives::{Address, B256, U256, address, keccak256};

/// The Permit2 preinstall.
pub const PERMIT2: Address = address!("0x000000000022D473030F116dDEE9F6B43aC78BA3");

/// The EIP-712 domain separator of Permit2 on a chain: it has a name and no version.
pub fn permit2_domain_separator(chain_id: u64) -> B256 {
    let fields = [
        keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
        keccak256("Permit2"),
        U256::from(chain_id).into(),
        PERMIT2.into_word(),
    ];
    keccak256(fields.concat())
}
