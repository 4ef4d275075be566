#![doc = include_str!("../README.md")]

mod contracts;
mod predeploys;

pub use contracts::{
    CrossL2Inbox, ETHLiquidity, IERC7802, IMulticall3, L2NativeSuperchainERC20, L2ToL2CrossDomainMessenger,
    Proxy, ProxyAdmin, SuperchainERC20, SuperchainETHBridge, SuperchainTokenBridge,
};
pub use predeploys::{DEVNET_TOKEN, MULTICALL3, PROXY_ADMIN, Predeploy, implementation_address, predeploys};
