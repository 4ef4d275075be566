import type { Hash } from "viem";
import type { MessageStatus } from "../status/types.js";
import { InteropError } from "./base.js";

/** There is no such message. */
export class MessageNotFoundError extends InteropError {
  override name = "MessageNotFoundError" as const;

  constructor({ what, hint }: { what: string; hint: string }) {
    super(`There is no message ${what}.`, { hint });
  }
}

/** The transaction that should send a message reverted: it sent none. */
export class SendingRevertedError extends InteropError {
  override name = "SendingRevertedError" as const;

  constructor({ transactionHash }: { transactionHash: Hash }) {
    super(`Transaction ${transactionHash} reverted: it sent no message.`, { hint: "simulate… tells the reason before anything is sent." });
  }
}

/** Another transaction of the same account took the place of the one that should send a message. */
export class SendingReplacedError extends InteropError {
  override name = "SendingReplacedError" as const;
  /** The transaction that is in its place. */
  readonly replacement: Hash;

  constructor({ transactionHash, replacement }: { transactionHash: Hash; replacement: Hash }) {
    super(`Transaction ${transactionHash} was replaced by ${replacement}, which sends no message.`, {
      hint: "Somebody cancelled it, in the wallet most likely. Send again.",
    });
    this.replacement = replacement;
  }
}

/** The message is older than the destination accepts. */
export class MessageExpiredError extends InteropError {
  override name = "MessageExpiredError" as const;
  readonly status: MessageStatus;

  constructor({ status }: { status: MessageStatus }) {
    super(`Message ${status.messageHash} has expired: it was not delivered in time.`, {
      hint: "resendMessage of the source's messenger makes it young again, under the same hash; where its version() is 2.x, expiry goes over L1.",
    });
    this.status = status;
  }
}

/** The delivery of the message reverts. */
export class MessageFailedError extends InteropError {
  override name = "MessageFailedError" as const;
  readonly status: MessageStatus;

  constructor({ status, reason, cause }: { status: MessageStatus; reason: string; cause?: Error | undefined }) {
    super(`The delivery of message ${status.messageHash} reverts: ${reason}.`, {
      hint: "It can be delivered once its target accepts it: nothing is lost before it expires.",
      cause,
    });
    this.status = status;
  }
}

/** A reorg took the message from the source chain. */
export class MessageReorgedError extends InteropError {
  override name = "MessageReorgedError" as const;
  readonly status: MessageStatus;

  constructor({ status }: { status: MessageStatus }) {
    super(`A reorg took message ${status.messageHash} from its chain: it was never sent.`, {
      hint: "What the sending transaction did is undone, too. Send again.",
    });
    this.status = status;
  }
}

/** The time is over that was to be waited. */
export class DeliveryTimeoutError extends InteropError {
  override name = "DeliveryTimeoutError" as const;
  /** Where the message was last seen, if it was. */
  readonly status: MessageStatus | undefined;

  constructor({ timeout, status, cause }: { timeout: number; status: MessageStatus | undefined; cause?: Error | undefined }) {
    super(`The message was not delivered within ${timeout} ms${status ? `: it is ${status.state}` : ""}.`, {
      hint: waitingHint(status),
      cause,
    });
    this.status = status;
  }
}

function waitingHint(status: MessageStatus | undefined): string {
  const later = "It may be delivered all the same: ask getMessageStatus, or wait longer.";
  const word = status?.relayer;
  const said = word && (word.reason ?? word.note);
  const heard = said ? ` Of the relayer that was asked: ${said.replace(/\.$/, "")}.` : "";
  // Nothing is in its way but that somebody does it.
  return status?.state === "ready" ? `Nobody delivers it: does a relayer run? relayCrossDomainMessage does it by hand. ${later}${heard}` : `${later}${heard}`;
}
