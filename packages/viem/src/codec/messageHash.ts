import type { Hash } from "viem";
import { encodeAbiParameters, keccak256 } from "viem";
import type { MessageContent } from "../types.js";

const parameters = [
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "address" },
  { type: "address" },
  { type: "bytes" },
] as const;

/**
 * Hash that both messengers know a message by: `sendMessage` returns it, `RelayedMessage` names it. It stays the same
 * when a reorg or a resending gives the message another identifier.
 *
 * @example
 * const hash = messageHash({ source: 901n, destination: 902n, nonce: 0n, sender, target, message: "0x" });
 */
export function messageHash(message: MessageContent): Hash {
  const { destination, source, nonce, sender, target, message: data } = message;
  return keccak256(encodeAbiParameters(parameters, [destination, source, nonce, sender, target, data]));
}

/** The same as {@link messageHash}, by the name that it has in `@eth-optimism/viem`. */
export const hashCrossDomainMessage: (message: MessageContent) => Hash = messageHash;
