use crate::{
    ChainKind, Contract, GenesisConfig, Namespace, Role, absent::absent, namespace, preinstalls,
    proxy::proxied,
};
use alloy::primitives::{Address, B256, U256};
use causeway_bindings::{
    DEPLOYMENT_PROXY, DEVNET_TOKEN, ERC7786_GATEWAY, ERC7786Gateway, L2NativeSuperchainERC20, MULTICALL3,
    OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20, PROXY_ADMIN, ProxyAdmin, RELAY_BATCHER, RelayBatcher,
    WETH, WETH_ADDRESS, conversion_predeploys, predeploys,
};

/// `ETHLiquidity` can mint this much, `type(uint128).max` wei, before anybody has burned anything.
const ETH_LIQUIDITY: U256 = U256::from_limbs([u64::MAX, u64::MAX, 0, 0]);

/// The contracts that a chain of this configuration starts with.
pub fn contracts(config: &GenesisConfig) -> Vec<Contract> {
    match config.kind {
        ChainKind::L1 => preinstalls()
            .iter()
            .filter(|preinstall| [MULTICALL3, DEPLOYMENT_PROXY].contains(&preinstall.address))
            .map(|preinstall| preinstall.contract(config.chain_id))
            .collect(),
        ChainKind::L2 { proxy_admin_owner, interop, helpers, devnet_token, namespace } => {
            let mut all = Vec::from(proxy_admin(proxy_admin_owner));
            if interop {
                all.extend(self::interop());
                all.push(superchain_token_implementation());
            }
            all.push(weth());
            if helpers {
                all.extend([batcher(), gateway()]);
            }
            all.extend(devnet_token.then(token));
            match namespace {
                Namespace::Refusals => all.extend(absent()),
                Namespace::Full => all.extend(namespace::unused(&all)),
            }
            all.extend(preinstalls().iter().map(|preinstall| preinstall.contract(config.chain_id)));
            all
        }
    }
}

/// The administrator of all proxies, its own included. Its owner is the first variable, in slot 0 of the proxy.
fn proxy_admin(owner: Address) -> [Contract; 2] {
    let [mut proxy, implementation] = proxied("ProxyAdmin", PROXY_ADMIN, &ProxyAdmin::DEPLOYED_BYTECODE);
    proxy.storage.insert(B256::ZERO, owner.into_word());
    [proxy, implementation]
}

fn interop() -> impl Iterator<Item = Contract> {
    conversion_predeploys().into_iter().chain(predeploys()).flat_map(|predeploy| {
        let [mut proxy, implementation] = proxied(predeploy.name, predeploy.address, predeploy.runtime);
        if predeploy.name == "ETHLiquidity" {
            proxy.balance = ETH_LIQUIDITY;
        }
        [proxy, implementation]
    })
}

/// What the beacon names. Not in the code namespace, but at an address of its own that users know.
fn superchain_token_implementation() -> Contract {
    let code = OptimismSuperchainERC20::DEPLOYED_BYTECODE.clone();
    Contract::new("OptimismSuperchainERC20", Role::Implementation, OPTIMISM_SUPERCHAIN_ERC20, code)
}

/// The one predeploy without a proxy, as on public chains.
fn weth() -> Contract {
    Contract::new("WETH", Role::Unproxied, WETH_ADDRESS, WETH::DEPLOYED_BYTECODE.clone())
}

/// As if it had been created there by the deterministic deployment proxy, so with the nonce of a created contract.
fn batcher() -> Contract {
    let code = RelayBatcher::DEPLOYED_BYTECODE.clone();
    Contract { nonce: 1, ..Contract::new("RelayBatcher", Role::Batcher, RELAY_BATCHER, code) }
}

/// Likewise.
fn gateway() -> Contract {
    let code = ERC7786Gateway::DEPLOYED_BYTECODE.clone();
    Contract { nonce: 1, ..Contract::new("ERC7786Gateway", Role::Gateway, ERC7786_GATEWAY, code) }
}

fn token() -> Contract {
    let code = L2NativeSuperchainERC20::DEPLOYED_BYTECODE.clone();
    Contract::new("L2NativeSuperchainERC20", Role::Token, DEVNET_TOKEN, code)
}
