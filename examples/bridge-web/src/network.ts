import { type Address, type Hex, createPublicClient, getAddress, http, isAddress } from "viem";

/** A chain of the devnet. */
export interface NetworkChain {
  id: number;
  name: string;
  url: string;
  /** Seconds from one block to the next; 0 where a block comes with each transaction. */
  blockTime: number;
}

/** What the page knows of the devnet that it shows. */
export interface Network {
  /** Hash of the first block of the first chain: what is remembered of another devnet is not of this one. */
  genesis: Hex;
  chains: readonly NetworkChain[];
  /** The token that everybody can make for themselves; it has the same address on every chain. */
  token: Address;
  /** Chains that take messages of a chain. */
  reachable(source: number): readonly NetworkChain[];
}

/** There is no devnet, or it does not say what the page needs. */
export class NoDevnetError extends Error {
  override name = "NoDevnetError";
}

/** Where the devnet's admin API is: the default port, or the page's `?devnet=http://127.0.0.1:PORT`. */
export function adminUrl(search: string): string {
  return (new URLSearchParams(search).get("devnet") ?? "http://127.0.0.1:8420").replace(/\/+$/, "");
}

/** Asks the devnet for its chains. */
export async function findDevnet(admin: string, signal: AbortSignal): Promise<Network> {
  const response = await fetch(`${admin}/network`, { signal }).catch(() => undefined);
  if (!response?.ok) throw new NoDevnetError(`No devnet answers at ${admin}.`);
  const network = (await response.json().catch(() => undefined)) as WireNetwork | undefined;
  if (!network?.chains) throw new NoDevnetError(`What answers at ${admin} is not the admin API of a devnet, which is at http://127.0.0.1:8420.`);
  return readNetwork(network, admin);
}

interface WireNetwork {
  chains: { chain_id: number; name: string; rpc_url: string; block_time: number }[];
  contracts: Record<string, string>;
  dependency_sets: Record<string, number[]>;
}

async function readNetwork(network: WireNetwork, admin: string): Promise<Network> {
  const chains = network.chains.map((chain) => ({
    id: chain.chain_id,
    name: chain.name,
    url: chain.rpc_url,
    blockTime: chain.block_time,
  }));
  const [first] = chains;
  const token = network.contracts.L2NativeSuperchainERC20;
  if (!first || chains.length < 2) throw new NoDevnetError(`The devnet at ${admin} has fewer than two chains.`);
  if (!token || !isAddress(token)) throw new NoDevnetError(`The devnet at ${admin} has no token.`);

  const genesis = await createPublicClient({ transport: http(first.url) }).getBlock({ blockNumber: 0n });
  return {
    genesis: genesis.hash,
    chains,
    token: getAddress(token),
    reachable: (source) =>
      chains.filter(({ id }) => id !== source && (network.dependency_sets[id] ?? []).includes(source)),
  };
}
