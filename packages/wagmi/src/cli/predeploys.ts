import * as abis from "@causeway-interop/viem/abis";
import type { ContractConfig } from "@wagmi/cli";
import type { Abi } from "viem";

/** What the plugin knows without a project: the contracts of interop, which stand at the same addresses on every chain. */
const predeploys = {
  CrossL2Inbox: { abi: abis.crossL2InboxAbi, address: abis.crossL2InboxAddress },
  ERC7786Gateway: { abi: abis.erc7786GatewayAbi, address: abis.erc7786GatewayAddress },
  ETHLiquidity: { abi: abis.ethLiquidityAbi, address: abis.ethLiquidityAddress },
  L2StandardBridgeInterop: { abi: abis.l2StandardBridgeInteropAbi, address: abis.l2StandardBridgeInteropAddress },
  L2ToL2CrossDomainMessenger: { abi: abis.l2ToL2CrossDomainMessengerAbi, address: abis.l2ToL2CrossDomainMessengerAddress },
  OptimismMintableERC20Factory: { abi: abis.optimismMintableERC20FactoryAbi, address: abis.optimismMintableERC20FactoryAddress },
  OptimismSuperchainERC20Factory: { abi: abis.optimismSuperchainERC20FactoryAbi, address: abis.optimismSuperchainERC20FactoryAddress },
  RelayBatcher: { abi: abis.relayBatcherAbi, address: abis.relayBatcherAddress },
  SuperchainERC20: { abi: abis.superchainERC20Abi },
  SuperchainETHBridge: { abi: abis.superchainETHBridgeAbi, address: abis.superchainETHBridgeAddress },
  SuperchainTokenBridge: { abi: abis.superchainTokenBridgeAbi, address: abis.superchainTokenBridgeAddress },
} as const satisfies Record<string, Omit<ContractConfig, "name">>;

/** Name of a contract that the plugin brings along. */
export type PredeployName = keyof typeof predeploys;

/** The contracts of interop: all, or those that are named. */
export function predeployContracts(wanted: boolean | readonly PredeployName[]): ContractConfig[] {
  const names = wanted === true ? (Object.keys(predeploys) as PredeployName[]) : wanted || [];
  return names.map((name) => {
    if (!Object.hasOwn(predeploys, name)) {
      throw new Error(`There is no predeploy ${name}. There are ${Object.keys(predeploys).join(", ")}.`);
    }
    return { name, ...predeploys[name], abi: withoutOldNames(predeploys[name].abi) };
  });
}

/**
 * Without the getters in capitals that stand beside the same getter in today's writing (`BRIDGE`, `bridge`): hooks of both would have
 * one name, which wagmi's `react()` refuses.
 */
function withoutOldNames(abi: Abi): Abi {
  const names = new Set(abi.flatMap((item) => (item.type === "function" ? [item.name] : [])));
  return abi.filter((item) => item.type !== "function" || item.name === item.name.toLowerCase() || !names.has(item.name.toLowerCase()));
}
