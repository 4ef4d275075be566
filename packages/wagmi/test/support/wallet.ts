import { type Address, type Chain, defineChain, http } from "viem";
import { type Config, createConfig, mock } from "wagmi";
import { connect } from "wagmi/actions";
import type { Devnet } from "./devnet.js";

/** One of the devnet's chains. */
export function chainOf(devnet: Pick<Devnet, "urls">, id: 901 | 902): Chain {
  return defineChain({ id, name: `chain ${id}`, nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [devnet.urls[id]] } } });
}

/** A configuration with both chains, and a connected wallet of one of the nodes' accounts. */
export async function walletOf(devnet: Pick<Devnet, "urls" | "accounts">, index: number): Promise<{ config: Config; account: Address }> {
  const account = devnet.accounts[index] as Address;
  const config = createConfig({
    chains: [chainOf(devnet, 901), chainOf(devnet, 902)],
    connectors: [mock({ accounts: [account] })],
    transports: { 901: http(), 902: http() },
    pollingInterval: 100,
    storage: null,
  });
  await connect(config, { connector: config.connectors[0] as (typeof config.connectors)[number] });
  return { config: config as Config, account };
}
