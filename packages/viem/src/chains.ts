import type { Chain } from "viem";
import { defineChain } from "viem";
import { chainConfig } from "viem/op-stack";

/** A chain of a devnet at its default ports. */
function devnetChain(id: number, name: string, port: number): Chain {
  return defineChain({
    ...chainConfig,
    id,
    name,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [`http://127.0.0.1:${port}`], webSocket: [`ws://127.0.0.1:${port}`] } },
    contracts: { ...chainConfig.contracts, multicall3: { address: "0xca11bde05977b3631167028862be2a173976ca11" } },
    testnet: true,
  });
}

/** The L1 of a devnet (`causeway devnet`), at its default port. */
export const devnetL1: Chain = /*#__PURE__*/ devnetChain(900, "Devnet L1", 8545);
/** Chain 901 of a devnet, at its default port. */
export const devnetA: Chain = /*#__PURE__*/ devnetChain(901, "OPChainA", 9545);
/** Chain 902 of a devnet, at its default port. */
export const devnetB: Chain = /*#__PURE__*/ devnetChain(902, "OPChainB", 9546);
/** Chain 903 of a devnet (`--l2-count 3`), at its default port. */
export const devnetC: Chain = /*#__PURE__*/ devnetChain(903, "OPChainC", 9547);
/** Chain 904 of a devnet (`--l2-count 4`), at its default port. */
export const devnetD: Chain = /*#__PURE__*/ devnetChain(904, "OPChainD", 9548);
/** Chain 905 of a devnet (`--l2-count 5`), at its default port. */
export const devnetE: Chain = /*#__PURE__*/ devnetChain(905, "OPChainE", 9549);

/** The L2 chains of a devnet; it has the first two unless it is told otherwise. */
export const devnetChains: readonly [Chain, Chain, Chain, Chain, Chain] = [devnetA, devnetB, devnetC, devnetD, devnetE];

// A devnet's ids and ports are those that people know from supersim: by the names that they know them by.
export {
  devnetA as supersimL2A,
  devnetB as supersimL2B,
  devnetC as supersimL2C,
  devnetChains as supersimChains,
  devnetD as supersimL2D,
  devnetE as supersimL2E,
  devnetL1 as supersimL1,
};
