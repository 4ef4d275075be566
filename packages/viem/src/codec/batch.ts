import type { Address, Hex } from "viem";
import { getAddress, hexToBytes, toHex } from "viem";
import { MalformedBatchError } from "../errors/codec.js";
import { l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageContent, MessageIdentifier } from "../types.js";

/** A message in a batch of RelayBatcher. */
export type BatchItem = {
  /** Where its log stands. */
  id: MessageIdentifier;
  /** What it says. */
  message: MessageContent;
  /** Gas for `relayMessage`, what the target uses included. */
  gasLimit: bigint;
  /** Value to deliver it with, in wei. */
  value: bigint;
};

/** Reads bytes from the front to the back. */
class Reader {
  #place = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length;
  }

  bytes(count: number): Uint8Array {
    const end = this.#place + count;
    if (end > this.#bytes.length) throw new MalformedBatchError({ reason: "it ends within an item" });
    const bytes = this.#bytes.subarray(this.#place, end);
    this.#place = end;
    return bytes;
  }

  uint(count: number): bigint {
    return count ? BigInt(toHex(this.bytes(count))) : 0n;
  }

  address(): Address {
    return getAddress(toHex(this.bytes(20)));
  }

  /** A number of the compact form: in how many bytes it stands, and these, the first of them not zero. */
  number(width: number): bigint {
    const count = Number(this.uint(1));
    if (count > width) throw new MalformedBatchError({ reason: "a number is wider than its field" });
    const bytes = this.bytes(count);
    if (bytes[0] === 0) throw new MalformedBatchError({ reason: "a number has a leading zero" });
    return count ? BigInt(toHex(bytes)) : 0n;
  }
}

type Fields = {
  blockNumber: bigint;
  logIndex: bigint;
  timestamp: bigint;
  chainId: bigint;
  gasLimit: bigint;
  value: bigint;
  target: Address;
  nonce: bigint;
  sender: Address;
};

function item(fields: Fields, destination: bigint, message: Hex): BatchItem {
  const { blockNumber, logIndex, timestamp, chainId, gasLimit, value, target, nonce, sender } = fields;
  return {
    id: { origin: l2ToL2CrossDomainMessengerAddress, blockNumber, logIndex, timestamp, chainId },
    message: { source: chainId, destination, nonce, sender, target, message },
    gasLimit,
    value,
  };
}

/**
 * The messages of a batch in the plain form, that of `relayMessages`.
 *
 * @param destination Chain that the batch is for, which it does not tell.
 * @throws {@link MalformedBatchError} if it does not end where its last item does.
 */
export function decodePlainBatch(batch: Hex, destination: bigint): BatchItem[] {
  const reader = new Reader(hexToBytes(batch));
  const items: BatchItem[] = [];
  while (!reader.isAtEnd) {
    const fields: Fields = {
      blockNumber: reader.uint(8),
      logIndex: reader.uint(4),
      timestamp: reader.uint(8),
      chainId: reader.uint(32),
      gasLimit: reader.uint(4),
      value: reader.uint(16),
      target: reader.address(),
      nonce: reader.uint(32),
      sender: reader.address(),
    };
    items.push(item(fields, destination, toHex(reader.bytes(Number(reader.uint(4))))));
  }
  return items;
}

const zeroAddress: Address = "0x0000000000000000000000000000000000000000";
const [hasBlock, hasLogIndex, hasChainId, hasNonce] = [0x01, 0x02, 0x04, 0x08];
const [hasGasLimit, hasValue, hasTarget, hasSender] = [0x10, 0x20, 0x40, 0x80];

/**
 * The messages of a batch in the compact form, that of `relayCompact`.
 *
 * @param destination Chain that the batch is for, which it does not tell.
 * @throws {@link MalformedBatchError} if it is not in that form, to the letter.
 */
export function decodeCompactBatch(batch: Hex, destination: bigint): BatchItem[] {
  const reader = new Reader(hexToBytes(batch));
  const [count, longest, sum] = [reader.number(4), reader.number(4), reader.number(20)];
  let last: Fields = {
    ...{ blockNumber: 0n, logIndex: 0n, timestamp: 0n, chainId: 0n, gasLimit: 0n, value: 0n, nonce: 0n },
    ...{ target: zeroAddress, sender: zeroAddress },
  };
  const items: BatchItem[] = [];
  for (let index = 0n; index < count; index++) {
    last = compactFields(reader, last);
    const length = reader.number(4);
    if (length > longest) throw new MalformedBatchError({ reason: "a message is longer than the longest" });
    items.push(item(last, destination, toHex(reader.bytes(Number(length)))));
  }
  if (!reader.isAtEnd) throw new MalformedBatchError({ reason: "it goes on behind its last item" });
  if (items.reduce((total, { value }) => total + value, 0n) !== sum) throw new MalformedBatchError({ reason: "its values do not add up" });
  return items;
}

/** What an item leaves out is as in the item before; log index and nonce are one more. */
function compactFields(reader: Reader, last: Fields): Fields {
  const has = Number(reader.uint(1));
  const next = { ...last, logIndex: last.logIndex + 1n, nonce: BigInt.asUintN(256, last.nonce + 1n) };
  if (has & hasBlock) {
    next.blockNumber = reader.number(8);
    next.timestamp = reader.number(8);
  }
  if (has & hasLogIndex) next.logIndex = reader.number(4);
  if (has & hasChainId) next.chainId = reader.number(32);
  if (has & hasNonce) next.nonce = reader.number(32);
  if (has & hasGasLimit) next.gasLimit = reader.number(4);
  if (has & hasValue) next.value = reader.number(16);
  if (has & hasTarget) next.target = reader.address();
  if (has & hasSender) next.sender = reader.address();
  return next;
}
