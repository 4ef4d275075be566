import { BaseError } from "viem";

/** A node's answer is none: what it was asked is not known, as if it had not answered. */
export class NodeAnswerError extends BaseError {
  override name = "NodeAnswerError";

  constructor({ method, cause }: { method: string; cause?: Error | undefined }) {
    super(`The node's answer to ${method} makes no sense.`, cause ? { cause } : {});
  }
}
