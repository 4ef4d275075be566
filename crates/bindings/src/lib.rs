#![doc = include_str!("../README.md")]

#[rustfmt::skip]
mod contracts;
mod multicall;
mod oracle;
mod predeploys;
mod revert;

pub use contracts::{
    CrossL2Inbox, ERC7786Gateway, ETHLiquidity, IERC7802, L2NativeSuperchainERC20, L2StandardBridgeInterop,
    L2ToL2CrossDomainMessenger, OptimismMintableERC20, OptimismMintableERC20Factory, OptimismSuperchainERC20,
    OptimismSuperchainERC20Beacon, OptimismSuperchainERC20Factory, OwnedSuperchainERC20, Proxy, ProxyAdmin,
    RelayBatcher, SuperchainERC20, SuperchainETHBridge, SuperchainTokenBridge, WETH,
};
pub use multicall::IMulticall3;
pub use oracle::{GAS_PRICE_ORACLE, IGasPriceOracle, Surcharge};
pub use predeploys::{
    DEPLOYMENT_PROXY, DEVNET_TOKEN, ERC7786_GATEWAY, L2_STANDARD_BRIDGE, MULTICALL3,
    OPTIMISM_MINTABLE_ERC20_FACTORY, OPTIMISM_SUPERCHAIN_ERC20, PROXY_ADMIN, Predeploy, RELAY_BATCHER,
    WETH_ADDRESS, conversion_predeploys, implementation_address, multicall3_runtime, predeploys,
};
pub use revert::{RevertReason, excerpt};
