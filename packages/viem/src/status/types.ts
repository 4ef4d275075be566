import type { Hash } from "viem";
import type { DecodedRevert } from "../errors/revert.js";
import type { CrossDomainMessage, Delivery, MessageIdentifier, Safety } from "../types.js";

/**
 * What a relayer's API says of a message, where one was asked: of those that are not delivered, expired or reorged by the chains.
 *
 * The chains come first. `delivered`, `expired` and `reorged` are theirs alone, whatever it says. Its `in-flight` makes a message
 * `in-flight` by the transaction that carries it (of the newest nonce of which no version is in a block, the newest version that a
 * node took, else the newest that was signed), unless the destination's node has the transaction in a block already, or sees that it
 * does not carry the message, or a verifier refuses the message, or its delivery, tried at the destination, reverts. Its `failed` is
 * told beside what that trial says by now: the state is that of the trial.
 */
export type RelayerWord = {
  /** Its word; undefined if its answer was of no use. */
  state: "pending" | "in-flight" | "delivered" | "failed" | "expired" | "reorged" | undefined;
  /** The transaction that it names: on its way, delivering, or failed. */
  transactionHash: Hash | undefined;
  /** Why the delivery failed, or why the message is still pending, as it says, on one line; undefined if it does not say. */
  reason: string | undefined;
  /**
   * What it does next with the message, by the name that its API has for it: `queued`, `tried-again`, `wait-for-signer` (its account
   * does not sign), … It delivers the message no more where that is `skipped` (an operator took it out), `given-up`, or `not-followed` (it does not relay between these chains).
   */
  next: string | undefined;
  /** Why the status does not rest on its word, where the two differ. */
  note: string | undefined;
};

/** What every status says of a message that a block holds. */
export type StatusBase = {
  /** What a relayer says of it, if one was asked. */
  relayer?: RelayerWord | undefined;
  /** Hash of the message: the same before and after reorgs and resendings. */
  messageHash: Hash;
  /** The message, with the log that sent it last. */
  message: CrossDomainMessage;
  /** Where that log stands. */
  id: MessageIdentifier;
  /** How sure the source's block is that holds the log. */
  safety: Safety;
};

/** What a status says of a message that no block holds. */
type Unplaced = {
  /** No relayer is asked about it. */
  relayer?: undefined;
  messageHash: Hash;
  message: CrossDomainMessage;
  id: undefined;
  safety: "unknown";
};

/**
 * It is sent, and cannot be delivered yet. `reason` says why:
 *
 * - `not-included`: its transaction is in no block. Which message it sends is known only if it was in one before.
 * - `source-behind`: the source's node is behind what was known before, or contradicts itself.
 * - `not-safe-enough`: its block is not as sure as it should be.
 * - `destination-behind`: the destination's clock is behind the block that sent it, or its sequencer does not know that yet.
 * - `not-verified`: the verifier does not let it pass yet.
 * - `halted`: the operators of the destination have halted messages.
 */
export type PendingStatus =
  | (StatusBase & { state: "pending"; reason: "not-safe-enough" | "destination-behind" | "not-verified" | "halted" })
  | (Unplaced & { state: "pending"; reason: "not-included" | "source-behind" })
  | { state: "pending"; reason: "not-included"; relayer?: undefined; messageHash: undefined; message: undefined; id: undefined; safety: "unknown" };

/** It can be delivered: the delivery was tried out, and succeeds. */
export type ReadyStatus = StatusBase & { state: "ready" };

/** Somebody is delivering it. */
export type InFlightStatus = StatusBase & {
  state: "in-flight";
  /** The transaction that is to deliver it: one that the destination's node has, or that a relayer names. */
  transactionHash: Hash;
};

/** It is delivered, by what the destination's messenger says at its newest block, whatever has become of its source. */
export type DeliveredStatus = Omit<StatusBase, "id"> & {
  state: "delivered";
  /** Where its log stands; undefined if the source does not have it any more, or cannot be asked. */
  id: MessageIdentifier | undefined;
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
export type ReorgedStatus = Unplaced & { state: "reorged" };

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
