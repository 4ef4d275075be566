import { getChainId } from "viem/actions";
import { InvalidDestinationChainError, SameChainError } from "../errors/sending.js";
import type { AnyClient, Destination } from "./parameters.js";

/** Id of a client's chain: what the client says, or else its node. */
export async function chainIdOf(client: AnyClient): Promise<bigint> {
  return BigInt(client.chain?.id ?? (await getChainId(client)));
}

/** A destination: its id, and a client of it if one was given. */
export type ResolvedDestination = { chainId: bigint; client: AnyClient | undefined };

/** Id and client of a destination. Throws {@link InvalidDestinationChainError} if the client is of another chain than the id says. */
export async function resolveDestination(destination: Destination | undefined, chainId?: number | bigint | undefined): Promise<ResolvedDestination> {
  if (typeof destination !== "object") return { chainId: BigInt(destination ?? (chainId as bigint)), client: undefined };
  const actual = await chainIdOf(destination);
  if (chainId !== undefined && BigInt(chainId) !== actual) throw new InvalidDestinationChainError({ expected: BigInt(chainId), actual });
  return { chainId: actual, client: destination };
}

/** Id of the client's chain. Throws {@link SameChainError} if it is the destination, too. */
export async function checkOtherChain(client: AnyClient, destination: bigint): Promise<bigint> {
  const source = await chainIdOf(client);
  if (source === destination) throw new SameChainError({ chainId: destination });
  return source;
}
