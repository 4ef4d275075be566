import type { Hash } from "viem";
import type { AnyClient } from "../core/parameters.js";
import { MessageExpiredError, MessageFailedError, MessageNotFoundError, MessageReorgedError, SendingReplacedError } from "../errors/delivery.js";
import { NoContractError } from "../errors/sending.js";
import { isAsSafe } from "./blocks.js";
import { readStatus } from "./read.js";
import { type Queued, findReplacement, queueOf } from "./sending.js";
import type { MessageSubject, StatusOptions } from "./subject.js";
import type { DeliveredStatus, MessageStatus } from "./types.js";
import type { Safety } from "../types.js";

/** How often in a row something has to be seen that rests on what is not there, before it is believed. */
const doubts = { failed: 2, expired: 2, reorged: 3, missing: 8 } as const;

/** How a message is followed. */
export type FollowerOptions = StatusOptions & {
  deliverySafety?: Safety | undefined;
  onFailed?: "throw" | "wait" | undefined;
  pollingInterval?: number | undefined;
};

/** Follows one message from look to look. */
export class MessageFollower {
  /** Where the message was at the last look. */
  status: MessageStatus | undefined;

  readonly #client: AnyClient;
  readonly #options: FollowerOptions;
  #subject: MessageSubject;
  #queued: Queued | undefined;
  #missing = 0;
  #missedAt = 0;
  #doubted: { state: string; times: number } = { state: "", times: 0 };

  constructor(client: AnyClient, subject: MessageSubject, options: FollowerOptions) {
    this.#client = client;
    this.#subject = subject;
    this.#options = options;
  }

  /**
   * Looks once. Gives the delivery if there is one and it is as sure as it should be.
   *
   * @throws what says that there will be none; whatever a node fails with.
   */
  async look(): Promise<DeliveredStatus | undefined> {
    const status = await this.#read();
    if (!status) return undefined;
    this.#missing = 0;
    this.status = status;
    if (status.message) this.#subject = { message: status.message };
    const { deliverySafety = "unsafe" } = this.#options;
    if (status.state === "delivered" && status.delivery && isAsSafe(status.deliverySafety, deliverySafety)) return status;
    this.#judge(status);
    return undefined;
  }

  /** The status, or nothing as long as nodes may not know yet what they should: the sending transaction, or the messenger. */
  async #read(): Promise<MessageStatus | undefined> {
    const subject = this.#subject;
    try {
      const status = await readStatus(this.#client, subject, this.#options);
      const waiting = status.state === "pending" && status.reason === "not-included";
      const hash = "hash" in subject ? subject.hash : status.message?.log.transactionHash;
      if (waiting && hash) this.#queued ??= await queueOf(this.#client, hash);
      return status;
    } catch (error) {
      const isMissing = error instanceof MessageNotFoundError || error instanceof NoContractError;
      if (!isMissing) throw error;
      if (error instanceof MessageNotFoundError && "hash" in subject && (await this.#replace(subject.hash, subject.index))) return undefined;
      // Who has just sent a transaction, may ask a node that has not heard of it.
      const isQueued = this.#queued !== undefined && error instanceof MessageNotFoundError;
      if (!this.#isMissingForLong() || isQueued) return undefined;
      throw error;
    }
  }

  /** Whether enough looks have missed what they looked for. Those that a chain with quick blocks brings in between do not count. */
  #isMissingForLong(): boolean {
    const { pollingInterval = this.#client.pollingInterval } = this.#options;
    const now = Date.now();
    if (now - this.#missedAt > pollingInterval / 2) {
      this.#missedAt = now;
      this.#missing += 1;
    }
    return this.#missing >= doubts.missing;
  }

  /** Whether another transaction of the same account has taken the place of the one that should send the message. */
  async #replace(hash: Hash, index: number | undefined): Promise<boolean> {
    const replacement = this.#queued && (await findReplacement(this.#client, this.#queued));
    if (!replacement) return false;
    try {
      // The same message at another price, most likely.
      this.status = await readStatus(this.#client, { hash: replacement, index }, this.#options);
    } catch (error) {
      if (error instanceof MessageNotFoundError) throw new SendingReplacedError({ transactionHash: hash, replacement });
      throw error;
    }
    this.#subject = { hash: replacement, index };
    this.#queued = undefined;
    return true;
  }

  /** Throws if the message will not be delivered, and that was seen often enough. */
  #judge(status: MessageStatus): void {
    const { state } = status;
    if (state !== "failed" && state !== "expired" && state !== "reorged") {
      this.#doubted = { state: "", times: 0 };
      return;
    }
    const times = this.#doubted.state === state ? this.#doubted.times + 1 : 1;
    this.#doubted = { state, times };
    if (times < doubts[state]) return;
    if (state === "expired") throw new MessageExpiredError({ status });
    if (state === "reorged") throw new MessageReorgedError({ status });
    if (this.#options.onFailed !== "wait") throw new MessageFailedError({ status, reason: status.reason.message });
  }
}
