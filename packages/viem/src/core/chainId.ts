import { isHex } from "viem";
import { NodeAnswerError } from "../errors/node.js";
import { InvalidDestinationChainError, InvalidDestinationError, SameChainError } from "../errors/sending.js";
import type { AnyClient, Destination } from "./parameters.js";

/** Id of a client's chain: what the client says, or else its node. */
export async function chainIdOf(client: AnyClient): Promise<bigint> {
  return BigInt(client.chain?.id ?? (await askChainId(client)));
}

/** Id of the chain of a client's node, of any size: viem's own makes a number of it. */
export async function askChainId(client: AnyClient): Promise<bigint> {
  const answer: unknown = await client.request({ method: "eth_chainId" });
  if (!isHex(answer) || answer === "0x") throw new NodeAnswerError({ method: "eth_chainId" });
  return BigInt(answer);
}

/** Throws {@link InvalidDestinationError} if something is not a client: without types, all kinds of things are given for one. */
export function checkClient(given: AnyClient, { canBeId = false }: { canBeId?: boolean } = {}): void {
  if (typeof (given as Partial<AnyClient> | null | undefined)?.request !== "function") throw new InvalidDestinationError({ given, canBeId });
}

/** An id as a number of a chain. Throws {@link InvalidDestinationError} if it is none. */
function parseChainId(given: number | bigint | undefined): bigint {
  try {
    const id = BigInt(given as bigint);
    if (id > 0n) return id;
  } catch {
    // It is no number at all.
  }
  throw new InvalidDestinationError({ given, canBeId: true });
}

/** A destination: its id, and a client of it if one was given. */
export type ResolvedDestination = { chainId: bigint; client: AnyClient | undefined };

/** Id and client of a destination. Throws {@link InvalidDestinationError} if it is neither an id nor a client, and {@link InvalidDestinationChainError} if the client is of another chain than the id says. */
export async function resolveDestination(destination: Destination | undefined, chainId?: number | bigint | undefined): Promise<ResolvedDestination> {
  if (typeof destination !== "object") return { chainId: parseChainId(destination ?? chainId), client: undefined };
  checkClient(destination, { canBeId: true });
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
