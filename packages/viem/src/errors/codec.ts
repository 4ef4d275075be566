import { InteropError } from "./base.js";

/** A field of an identifier is out of the range that the protocol gives it. */
export class InvalidIdentifierError extends InteropError {
  override name = "InvalidIdentifierError" as const;

  constructor({ field, value, limit }: { field: "blockNumber" | "logIndex" | "timestamp" | "chainId"; value: bigint; limit: bigint }) {
    super(`The ${field} of a message's identifier cannot be ${value}.`, { hint: `It is at least 0 and at most ${limit}.` });
  }
}

/** A payload is not that of the messenger's `SentMessage`. */
export class InvalidPayloadError extends InteropError {
  override name = "InvalidPayloadError" as const;

  constructor({ reason, cause }: { reason: string; cause?: Error | undefined }) {
    super(`The payload is not that of a message: ${reason}.`, {
      hint: "Only logs SentMessage of L2ToL2CrossDomainMessenger can be relayed by it.",
      cause,
    });
  }
}

/** The inbox's keys in an access list do not declare messages. */
export class InvalidAccessListError extends InteropError {
  override name = "InvalidAccessListError" as const;
  /** Which of the inbox's keys is wrong, from 0 on. */
  readonly index: number;

  constructor({ index, reason }: { index: number; reason: string }) {
    super(`Key ${index} of the inbox in the access list is wrong: ${reason}.`, {
      hint: "A sequencer refuses a transaction with such an access list. encodeAccessList makes it right.",
    });
    this.index = index;
  }
}

/** A batch for RelayBatcher is not in the form that it should have. */
export class MalformedBatchError extends InteropError {
  override name = "MalformedBatchError" as const;

  constructor({ reason }: { reason: string }) {
    super(`The batch is malformed: ${reason}.`, { hint: "The forms of a batch are those of IRelayBatcher, to the letter." });
  }
}
