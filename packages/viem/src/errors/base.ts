import { BaseError } from "viem";

/** What an {@link InteropError} is made of, besides what it says. */
export type InteropErrorParameters = {
  /** What to do about it. */
  hint?: string | undefined;
  /** What lies behind it. */
  cause?: Error | undefined;
};

/**
 * What every error of this library is: one of viem's, with a `hint` that says what to do. `name` tells them apart, and
 * stays what it is when code is minified.
 */
export class InteropError extends BaseError {
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(shortMessage: string, { hint, cause }: InteropErrorParameters = {}) {
    super(shortMessage, {
      ...(hint ? { metaMessages: [`Hint: ${hint}`] } : {}),
      ...(cause ? { cause } : {}),
    });
    this.hint = hint;
  }
}
