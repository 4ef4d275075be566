import type { Address, Hash, Hex } from "viem";
import { concat, keccak256, maxUint256, maxUint32, maxUint64, slice, toHex } from "viem";
import { InvalidIdentifierError } from "../errors/codec.js";
import type { MessageIdentifier } from "../types.js";

/** keccak256 of a log's origin and the hash of its payload. */
export function logHash(origin: Address, payloadHash: Hash): Hash {
  return keccak256(concat([origin, payloadHash]));
}

/**
 * What the inbox looks for in the access list: a fingerprint of the message and of where it stands. Its first byte is
 * `0x03`.
 *
 * @param id Where the log stands.
 * @param payloadHash keccak256 of the log's payload.
 * @throws {@link InvalidIdentifierError} if a field is negative or has more bits than the protocol gives it.
 */
export function checksum(id: MessageIdentifier, payloadHash: Hash): Hex {
  checkIdentifier(id);
  const { origin, blockNumber, timestamp, logIndex, chainId } = id;
  const place = concat([
    toHex(0, { size: 12 }),
    toHex(blockNumber, { size: 8 }),
    toHex(timestamp, { size: 8 }),
    toHex(logIndex, { size: 4 }),
  ]);
  const placed = keccak256(concat([logHash(origin, payloadHash), place]));
  const bare = keccak256(concat([placed, toHex(chainId, { size: 32 })]));
  return concat(["0x03", slice(bare, 1)]);
}

/** Throws {@link InvalidIdentifierError} if a field of the identifier is out of its range. */
export function checkIdentifier(id: MessageIdentifier): void {
  const limits = { blockNumber: maxUint64, logIndex: maxUint32, timestamp: maxUint64, chainId: maxUint256 } as const;
  for (const field of ["blockNumber", "logIndex", "timestamp", "chainId"] as const) {
    if (id[field] < 0n || id[field] > limits[field]) throw new InvalidIdentifierError({ field, value: id[field], limit: limits[field] });
  }
}
