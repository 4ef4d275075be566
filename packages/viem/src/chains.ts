import type { Chain } from "viem";
import { defineChain } from "viem";
import { chainConfig } from "viem/op-stack";

/** A chain of a devnet. */
function devnetChain(id: number, name: string, port: number): Chain {
  return defineChain({
    ...chainConfig,
    id,
    name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [`http://127.0.0.1:${port}`] } },
    contracts: { ...chainConfig.contracts, multicall3: { address: "0xca11bde05977b3631167028862be2a173976ca11" } },
    testnet: true,
  });
}

/** The L1 of a devnet at its default ports. */
export const devnetL1: Chain = /*#__PURE__*/ devnetChain(900, "Devnet L1", 8545);
/** Chain 901 of a devnet at its default ports. */
export const devnetA: Chain = /*#__PURE__*/ devnetChain(901, "OPChainA", 9545);
/** Chain 902 of a devnet at its default ports. */
export const devnetB: Chain = /*#__PURE__*/ devnetChain(902, "OPChainB", 9546);
/** Chain 903 of a devnet at its default ports. */
export const devnetC: Chain = /*#__PURE__*/ devnetChain(903, "OPChainC", 9547);
/** The L2 chains of a devnet at its default ports. */
export const devnetChains: readonly [Chain, Chain, Chain] = [devnetA, devnetB, devnetC];
