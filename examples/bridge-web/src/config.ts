import { defineChain } from "viem";
import { type Config, createConfig, http } from "wagmi";
import { devnetAccounts } from "./connector.js";
import type { Network } from "./network.js";

/** wagmi's configuration for a devnet. */
export function configOf(network: Network): Config {
  const chains = network.chains.map(({ id, name, url }) =>
    defineChain({
      id,
      name,
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [url] } },
    }),
  );
  const [first, ...others] = chains;
  if (!first) throw new Error("a network has chains");
  return createConfig({
    chains: [first, ...others],
    connectors: [devnetAccounts()],
    // The chains' clock is fast, and the nodes are near.
    pollingInterval: 500,
    transports: Object.fromEntries(chains.map(({ id }) => [id, http(undefined, { retryCount: 1, timeout: 5_000 })])),
  });
}
