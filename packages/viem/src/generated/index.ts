// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

export * from "./crossL2Inbox.js";
export * from "./erc7786Gateway.js";
export * from "./errors.js";
export * from "./ethLiquidity.js";
export * from "./ierc7802.js";
export * from "./l2NativeSuperchainERC20.js";
export * from "./l2StandardBridgeInterop.js";
export * from "./l2ToL2CrossDomainMessenger.js";
export * from "./optimismMintableERC20.js";
export * from "./optimismMintableERC20Factory.js";
export * from "./optimismSuperchainERC20.js";
export * from "./optimismSuperchainERC20Beacon.js";
export * from "./optimismSuperchainERC20Factory.js";
export * from "./ownedSuperchainERC20.js";
export * from "./proxy.js";
export * from "./proxyAdmin.js";
export * from "./relayBatcher.js";
export * from "./superchainERC20.js";
export * from "./superchainETHBridge.js";
export * from "./superchainTokenBridge.js";
export * from "./weth.js";
