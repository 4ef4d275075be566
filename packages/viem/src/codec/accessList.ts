import type { AccessList, Hash, Hex } from "viem";
import { concat, isAddressEqual, maxUint64, pad, size, slice, toHex } from "viem";
import { InvalidAccessListError } from "../errors/codec.js";
import { crossL2InboxAddress } from "../generated/crossL2Inbox.js";
import type { MessageIdentifier, MessagePayload } from "../types.js";
import { checksum } from "./checksum.js";
import { payloadHash } from "./payload.js";

/** A message as an access list declares it: where it stands, and its checksum. What it says, an access list does not tell. */
export type DeclaredMessage = Omit<MessageIdentifier, "origin"> & {
  /** Fingerprint of the message, whose first byte is `0x03`. */
  checksum: Hex;
};

/**
 * The storage keys that declare a message, in the order that the protocol demands: its place, the upper part of a chain
 * ID of more than 64 bits, its checksum.
 *
 * @throws {@link InvalidIdentifierError} if a field of the identifier is out of its range.
 */
export function storageKeys(id: MessageIdentifier, hash: Hash): Hex[] {
  const { blockNumber, timestamp, logIndex, chainId } = id;
  const sum = checksum(id, hash);
  const place = concat([
    "0x01000000",
    toHex(chainId & maxUint64, { size: 8 }),
    toHex(blockNumber, { size: 8 }),
    toHex(timestamp, { size: 8 }),
    toHex(logIndex, { size: 4 }),
  ]);
  if (chainId <= maxUint64) return [place, sum];
  return [place, concat([pad("0x02", { dir: "right", size: 8 }), toHex(chainId >> 64n, { size: 24 })]), sum];
}

/**
 * The access list that a transaction has to carry to execute a message.
 *
 * @example
 * const accessList = encodeAccessList(id, payload);
 */
export function encodeAccessList(id: MessageIdentifier, payload: MessagePayload): AccessList {
  return [{ address: crossL2InboxAddress, storageKeys: storageKeys(id, payloadHash(payload)) }];
}

/**
 * The messages that an access list declares, in its order. Entries of other contracts are passed over.
 *
 * @throws {@link InvalidAccessListError} if the inbox's keys are in the wrong order, of unknown kind, with dirty padding, or
 * incomplete: a sequencer refuses the whole transaction then.
 */
export function decodeAccessList(accessList: AccessList): DeclaredMessage[] {
  const keys = accessList.filter(({ address }) => isAddressEqual(address, crossL2InboxAddress)).flatMap((item) => item.storageKeys);
  const messages: DeclaredMessage[] = [];
  for (let index = 0; index < keys.length; ) {
    const place = decodePlace(keys, index++);
    if (kind(keys[index]) === 2) place.chainId |= decodeUpperChainId(keys, index++) << 64n;
    const sum = keys[index];
    if (kind(sum) !== 3) throw new InvalidAccessListError({ index, reason: "it should be a checksum, which starts with 0x03" });
    index++;
    messages.push({ ...place, checksum: sum as Hex });
  }
  return messages;
}

/** First byte of a key; undefined without a key, or if it is none of 32 bytes. */
function kind(key: Hex | undefined): number | undefined {
  return key !== undefined && size(key) === 32 ? Number(slice(key, 0, 1)) : undefined;
}

function decodePlace(keys: readonly Hex[], index: number): Omit<DeclaredMessage, "checksum"> {
  const key = keys[index] as Hex;
  if (kind(key) !== 1) throw new InvalidAccessListError({ index, reason: "a message should start here, with 0x01" });
  if (slice(key, 1, 4) !== "0x000000") throw new InvalidAccessListError({ index, reason: "its padding is not zero" });
  return {
    chainId: BigInt(slice(key, 4, 12)),
    blockNumber: BigInt(slice(key, 12, 20)),
    timestamp: BigInt(slice(key, 20, 28)),
    logIndex: BigInt(slice(key, 28, 32)),
  };
}

function decodeUpperChainId(keys: readonly Hex[], index: number): bigint {
  const key = keys[index] as Hex;
  if (slice(key, 1, 8) !== "0x00000000000000") throw new InvalidAccessListError({ index, reason: "its padding is not zero" });
  return BigInt(slice(key, 8));
}

/**
 * One access list that declares what each of several does. Keys of the inbox keep their order, which means something;
 * messages that are declared twice stay once.
 */
export function mergeAccessLists(...lists: readonly AccessList[]): AccessList {
  const merged: { address: Hex; storageKeys: Hex[] }[] = [];
  const declared = new Set<string>();
  for (const { address, storageKeys: keys } of lists.flat()) {
    let item = merged.find((other) => isAddressEqual(other.address, address));
    if (!item) merged.push((item = { address, storageKeys: [] }));
    for (const group of isAddressEqual(address, crossL2InboxAddress) ? messagesOf(keys) : keys.map((key) => [key])) {
      const name = `${address}${group.join()}`.toLowerCase();
      if (!declared.has(name)) item.storageKeys.push(...group);
      declared.add(name);
    }
  }
  return merged;
}

/** The inbox's keys, by message: each group ends with a checksum, or where the keys end. */
function messagesOf(keys: readonly Hex[]): Hex[][] {
  const groups: Hex[][] = [];
  let open: Hex[] = [];
  for (const key of keys) {
    open.push(key);
    if (kind(key) !== 3) continue;
    groups.push(open);
    open = [];
  }
  return open.length ? [...groups, open] : groups;
}
