use alloy_primitives::{Address, address};

/// The `CrossL2Inbox` predeploy: validates executing messages and emits `ExecutingMessage`.
pub const CROSS_L2_INBOX: Address = address!("4200000000000000000000000000000000000022");

/// The `L2ToL2CrossDomainMessenger` predeploy: sends and relays messages between contracts.
pub const L2_TO_L2_CROSS_DOMAIN_MESSENGER: Address = address!("4200000000000000000000000000000000000023");

/// The `SuperchainETHBridge` predeploy: moves ether between chains.
pub const SUPERCHAIN_ETH_BRIDGE: Address = address!("4200000000000000000000000000000000000024");

/// The `ETHLiquidity` predeploy: holds the ether that the bridge pays out and takes in.
pub const ETH_LIQUIDITY: Address = address!("4200000000000000000000000000000000000025");

/// The `OptimismSuperchainERC20Factory` predeploy: deploys cross-chain representations of L1 tokens.
pub const OPTIMISM_SUPERCHAIN_ERC20_FACTORY: Address = address!("4200000000000000000000000000000000000026");

/// The `OptimismSuperchainERC20Beacon` predeploy: names the implementation of the factory's tokens.
pub const OPTIMISM_SUPERCHAIN_ERC20_BEACON: Address = address!("4200000000000000000000000000000000000027");

/// The `SuperchainTokenBridge` predeploy: moves ERC-7802 tokens between chains.
pub const SUPERCHAIN_TOKEN_BRIDGE: Address = address!("4200000000000000000000000000000000000028");
