import { crossL2InboxAddress } from "./generated/crossL2Inbox.js";
import { ethLiquidityAddress } from "./generated/ethLiquidity.js";
import { l2ToL2CrossDomainMessengerAddress } from "./generated/l2ToL2CrossDomainMessenger.js";
import { optimismMintableERC20FactoryAddress } from "./generated/optimismMintableERC20Factory.js";
import { relayBatcherAddress } from "./generated/relayBatcher.js";
import { superchainETHBridgeAddress } from "./generated/superchainETHBridge.js";
import { superchainTokenBridgeAddress } from "./generated/superchainTokenBridge.js";
import { wethAddress } from "./generated/weth.js";

/** The contracts of interop, which stand at the same addresses on every chain. */
export const contracts: {
  readonly crossL2Inbox: { readonly address: typeof crossL2InboxAddress };
  readonly l2ToL2CrossDomainMessenger: { readonly address: typeof l2ToL2CrossDomainMessengerAddress };
  readonly superchainETHBridge: { readonly address: typeof superchainETHBridgeAddress };
  readonly ethLiquidity: { readonly address: typeof ethLiquidityAddress };
  readonly superchainTokenBridge: { readonly address: typeof superchainTokenBridgeAddress };
  readonly optimismMintableERC20Factory: { readonly address: typeof optimismMintableERC20FactoryAddress };
  readonly weth: { readonly address: typeof wethAddress };
  readonly relayBatcher: { readonly address: typeof relayBatcherAddress };
} = {
  crossL2Inbox: { address: crossL2InboxAddress },
  l2ToL2CrossDomainMessenger: { address: l2ToL2CrossDomainMessengerAddress },
  superchainETHBridge: { address: superchainETHBridgeAddress },
  ethLiquidity: { address: ethLiquidityAddress },
  superchainTokenBridge: { address: superchainTokenBridgeAddress },
  optimismMintableERC20Factory: { address: optimismMintableERC20FactoryAddress },
  weth: { address: wethAddress },
  relayBatcher: { address: relayBatcherAddress },
};
