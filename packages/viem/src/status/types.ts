import type { Hash } from "viem";
import type { DecodedRevert } from "../errors/revert.js";
import type { CrossDomainMessage, Delivery, MessageIdentifier, Safety } from "../types.js";

/** What every status says. */
export type StatusBase = {
  /** Hash of the message: the same before and after reorgs and resendings. */
  messageHash: Hash;
  /** The message, with the log that sent it last; undefined while its transaction is in no block. */
  message: CrossDomainMessage | undefined;
  /** Where that log stands; undefined as `message` is. */
  id: MessageIdentifier | undefined;
  /** How sure the source's block is that holds the log. */
  safety: Safety;
};

/** It is sent, and cannot be delivered yet. */
export type PendingStatus = StatusBase & {
  state: "pending";
  /**
   * Why: no block holds it (`not-included`), its block is not safe enough (`not-safe-enough`), the destination's clock is
   * behind it (`destination-behind`), the source's node is behind what was known before (`source-behind`).
   */
  reason: "not-included" | "not-safe-enough" | "destination-behind" | "source-behind";
};

/** It can be delivered: the delivery was tried out, and succeeds. */
export type ReadyStatus = StatusBase & { state: "ready" };

/** Somebody is delivering it. */
export type InFlightStatus = StatusBase & {
  state: "in-flight";
  /** The transaction that is to deliver it; undefined if only a relayer tells of it. */
  transactionHash: Hash | undefined;
};

/** It is delivered. */
export type DeliveredStatus = StatusBase & {
  state: "delivered";
  /** Transaction that delivered it; undefined only where the destination's node does not give that log out. */
  transactionHash: Hash | undefined;
  /** keccak256 of what the target returned; undefined as `transactionHash` is. */
  returnDataHash: Hash | undefined;
  /** Where and how; undefined as `transactionHash` is. */
  delivery: Delivery | undefined;
  /** How sure the destination's block is that holds the delivery: a reorg can undo it before it is `finalized`. */
  deliverySafety: Safety;
};

/** Its delivery reverts, at the newest block of the destination. That may change: it can be tried until it expires. */
export type FailedStatus = StatusBase & {
  state: "failed";
  /** Why. */
  reason: DecodedRevert;
  /** A transaction that failed to deliver it, if one is known. */
  transactionHash: Hash | undefined;
};

/** It is older than the destination accepts. */
export type ExpiredStatus = StatusBase & {
  state: "expired";
  /** When it became so, in seconds, by the destination's clock. */
  expiredAt: bigint;
};

/** Its log is not in the canonical chain any more, and no other has taken its place. */
export type ReorgedStatus = StatusBase & { state: "reorged" };

/** Where a message is. `state` tells the members apart. */
export type MessageStatus =
  | PendingStatus
  | ReadyStatus
  | InFlightStatus
  | DeliveredStatus
  | FailedStatus
  | ExpiredStatus
  | ReorgedStatus;

/** A message's state, in one word. */
export type MessageState = MessageStatus["state"];
