use crate::{
    CrossL2Inbox, ETHLiquidity, L2StandardBridgeInterop, L2ToL2CrossDomainMessenger,
    OptimismMintableERC20Factory, OptimismSuperchainERC20Beacon, OptimismSuperchainERC20Factory,
    SuperchainETHBridge, SuperchainTokenBridge,
};
use alloy::primitives::{Address, Bytes, address};
use causeway_interop::{
    CROSS_L2_INBOX, ETH_LIQUIDITY, L2_TO_L2_CROSS_DOMAIN_MESSENGER, OPTIMISM_SUPERCHAIN_ERC20_BEACON,
    OPTIMISM_SUPERCHAIN_ERC20_FACTORY, SUPERCHAIN_ETH_BRIDGE, SUPERCHAIN_TOKEN_BRIDGE,
};
use std::sync::LazyLock;

/// The ProxyAdmin predeploy, admin of every predeploy's proxy.
pub const PROXY_ADMIN: Address = address!("0x4200000000000000000000000000000000000018");

/// Ether as a token. It stands there itself, without a proxy.
pub const WETH_ADDRESS: Address = address!("0x4200000000000000000000000000000000000006");

/// The standard bridge, which converts tokens.
pub const L2_STANDARD_BRIDGE: Address = address!("0x4200000000000000000000000000000000000010");

/// The factory of legacy tokens.
pub const OPTIMISM_MINTABLE_ERC20_FACTORY: Address = address!("0x4200000000000000000000000000000000000012");

/// The implementation of superchain tokens, which the beacon names. It stands there itself, without a proxy.
pub const OPTIMISM_SUPERCHAIN_ERC20: Address = address!("0xB9415c6cA93bdC545D4c5177512FCC22EFa38F28");

/// The RelayBatcher: what the deterministic deployment proxy makes of its creation code and a salt of zero.
pub const RELAY_BATCHER: Address = address!("0xb2eF36769423E4C6DE725A11B0Fe9326F265b772");

/// The ERC7786Gateway: what the deterministic deployment proxy makes of its creation code and a salt of zero.
pub const ERC7786_GATEWAY: Address = address!("0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1");

/// The open-mint SuperchainERC20 of devnets.
pub const DEVNET_TOKEN: Address = address!("0x420beeF000000000000000000000000000000001");

/// The deterministic deployment proxy, a preinstall.
pub const DEPLOYMENT_PROXY: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");

/// The Multicall3 preinstall.
pub const MULTICALL3: Address = address!("0xcA11bde05977b3631167028862bE2a173976CA11");

/// Returns the runtime bytecode of the Multicall3 preinstall: what a simulation puts where a chain has none.
pub fn multicall3_runtime() -> &'static Bytes {
    static RUNTIME: LazyLock<Bytes> = LazyLock::new(|| {
        include_str!("../multicall3.hex").trim().parse().expect("the file is checked by a test")
    });
    &RUNTIME
}

/// An interop predeploy: a proxy at `address` that delegates to `runtime` at `implementation`.
#[derive(Clone, Copy, Debug)]
pub struct Predeploy {
    /// Name of the contract.
    pub name: &'static str,
    /// Address that users call: the proxy.
    pub address: Address,
    /// Address of the implementation, in the code namespace.
    pub implementation: Address,
    /// Runtime bytecode of the implementation.
    pub runtime: &'static Bytes,
}

/// The interop predeploys in the order of their addresses.
pub fn predeploys() -> [Predeploy; 7] {
    [
        predeploy("CrossL2Inbox", CROSS_L2_INBOX, &CrossL2Inbox::DEPLOYED_BYTECODE),
        predeploy(
            "L2ToL2CrossDomainMessenger",
            L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            &L2ToL2CrossDomainMessenger::DEPLOYED_BYTECODE,
        ),
        predeploy("SuperchainETHBridge", SUPERCHAIN_ETH_BRIDGE, &SuperchainETHBridge::DEPLOYED_BYTECODE),
        predeploy("ETHLiquidity", ETH_LIQUIDITY, &ETHLiquidity::DEPLOYED_BYTECODE),
        predeploy(
            "OptimismSuperchainERC20Factory",
            OPTIMISM_SUPERCHAIN_ERC20_FACTORY,
            &OptimismSuperchainERC20Factory::DEPLOYED_BYTECODE,
        ),
        predeploy(
            "OptimismSuperchainERC20Beacon",
            OPTIMISM_SUPERCHAIN_ERC20_BEACON,
            &OptimismSuperchainERC20Beacon::DEPLOYED_BYTECODE,
        ),
        predeploy(
            "SuperchainTokenBridge",
            SUPERCHAIN_TOKEN_BRIDGE,
            &SuperchainTokenBridge::DEPLOYED_BYTECODE,
        ),
    ]
}

/// What converts legacy tokens, in the order of addresses. For new chains without L1: a chain with an L1 has other
/// contracts at these addresses, with its users' money in them.
pub fn conversion_predeploys() -> [Predeploy; 2] {
    [
        predeploy("L2StandardBridgeInterop", L2_STANDARD_BRIDGE, &L2StandardBridgeInterop::DEPLOYED_BYTECODE),
        predeploy(
            "OptimismMintableERC20Factory",
            OPTIMISM_MINTABLE_ERC20_FACTORY,
            &OptimismMintableERC20Factory::DEPLOYED_BYTECODE,
        ),
    ]
}

const fn predeploy(name: &'static str, address: Address, runtime: &'static Bytes) -> Predeploy {
    Predeploy { name, address, implementation: implementation_address(address), runtime }
}

/// The implementation address of a predeploy in the code namespace: `0xc0D3…c0d3XXXX`, where `XXXX` are the low
/// 16 bits of the predeploy's address.
pub const fn implementation_address(predeploy: Address) -> Address {
    let mut implementation = address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30000").0.0;
    implementation[18] = predeploy.0.0[18];
    implementation[19] = predeploy.0.0[19];
    Address::new(implementation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ERC7786Gateway, RelayBatcher};
    use alloy::primitives::B256;

    #[test]
    fn implementations_live_in_the_code_namespace() {
        assert_eq!(
            implementation_address(CROSS_L2_INBOX),
            address!("0xc0D3C0d3C0d3C0D3c0d3C0d3c0D3C0d3c0d30022")
        );
    }

    #[test]
    fn batcher_and_gateway_stand_where_their_code_says() {
        let created = |code: &[u8]| DEPLOYMENT_PROXY.create2_from_code(B256::ZERO, code);
        assert_eq!(created(&RelayBatcher::BYTECODE), RELAY_BATCHER);
        assert_eq!(created(&ERC7786Gateway::BYTECODE), ERC7786_GATEWAY);
    }

    #[test]
    fn addresses_rise_and_code_is_there() {
        let all = [conversion_predeploys().as_slice(), &predeploys()].concat();
        assert!(all.is_sorted_by_key(|predeploy| predeploy.address));
        for predeploy in all {
            assert!(predeploy.runtime.len() > 100, "{} has no code", predeploy.name);
        }
    }
}
