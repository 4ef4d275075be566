import type { Address, Hash, Hex, Log } from "viem";

/**
 * Where a log stands: what points at a message, and what its executing side names it by.
 *
 * `blockNumber`, `timestamp` (seconds) and `logIndex` are those of the canonical block that holds the log. After a reorg
 * the same message has another identifier.
 */
export type MessageIdentifier = {
  /** Contract that emitted the log. */
  origin: Address;
  /** Number of the block that holds the log; 64 bits at most. */
  blockNumber: bigint;
  /** Index of the log in its block; 32 bits at most. */
  logIndex: bigint;
  /** Timestamp of that block, in seconds; 64 bits at most. */
  timestamp: bigint;
  /** Chain that holds the block. */
  chainId: bigint;
};

/** What a log says: its topics concatenated, then its data. */
export type MessagePayload = Hex;

/** What the messenger's `SentMessage` says of a message, and what its hash is made of. */
export type MessageContent = {
  /** Chain that the message was sent from. */
  source: bigint;
  /** Chain that it is for. */
  destination: bigint;
  /** Its number in the sending messenger. */
  nonce: bigint;
  /** Who sent it. */
  sender: Address;
  /** Contract that it calls on the destination. */
  target: Address;
  /** Calldata of that call. */
  message: Hex;
};

/** A message from one chain's messenger to another's, with the log that sent it. */
export type CrossDomainMessage = MessageContent & {
  /** The `SentMessage` log. */
  log: Log;
};

/**
 * How sure a block is, rising: `unsafe` (a sequencer says so), `cross-unsafe` (its messages are verified against unsafe
 * chains), `local-safe` (its data is on L1), `safe` (and every dependency's is), `finalized`; `unknown` where the node
 * does not tell.
 */
export type Safety = "unknown" | "unsafe" | "cross-unsafe" | "local-safe" | "safe" | "finalized";

/** A transaction that delivered a message. */
export type Delivery = {
  /** Hash of the message. */
  messageHash: Hash;
  /** Transaction that delivered it, on the destination. */
  transactionHash: Hash;
  /** Block that holds the transaction. */
  blockNumber: bigint;
  /** Hash of that block. */
  blockHash: Hash;
  /** keccak256 of what the target returned. */
  returnDataHash: Hash;
};
