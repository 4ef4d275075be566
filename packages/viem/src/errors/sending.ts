import type { Address, Hash, Log } from "viem";
import { BaseError } from "viem";
import { InteropError } from "./base.js";
import type { InteropExecutionError } from "./revert.js";

/** A message to the chain that it is sent from. */
export class SameChainError extends InteropError {
  override name = "SameChainError" as const;

  constructor({ chainId }: { chainId: bigint }) {
    super(`The destination is chain ${chainId}, which the message is sent from.`, { hint: "Call the contract itself, or name another chain." });
  }
}

/** Value to the zero address, where nobody could use it. */
export class ZeroRecipientError extends InteropError {
  override name = "ZeroRecipientError" as const;

  constructor() {
    super("The recipient is the zero address.", { hint: "What is sent there is lost. Name the recipient in `to`." });
  }
}

/** A transfer of nothing, or of less. */
export class ZeroAmountError extends InteropError {
  override name = "ZeroAmountError" as const;

  constructor({ parameter }: { parameter: "amount" | "value" }) {
    super("The amount to send has to be more than zero.", { hint: `Say in \`${parameter}\` how much, in base units.` });
  }
}

/** Something is missing on the destination that the delivery takes. */
export class NoContractError extends InteropError {
  override name = "NoContractError" as const;
  /** Where there is no contract. */
  readonly address: Address;
  /** On which chain. */
  readonly chainId: bigint;

  constructor({ what, address, chainId }: { what: string; address: Address; chainId: bigint }) {
    super(`There is no ${what} at ${address} on chain ${chainId}.`, {
      hint: `Nothing was sent: the delivery would fail. ${toDo(what)}`,
    });
    this.address = address;
    this.chainId = chainId;
  }
}

/** What to do about something that is missing on the destination. */
function toDo(what: string): string {
  if (what === "contract") return "Deploy it there, or look at the address: it is the one on the destination.";
  if (what === "token") return "It has to be there first, at the same address on both chains.";
  return "The chain has no interop, or a client's URL is of another chain.";
}

/** `ETHLiquidity` of the destination has less than should be paid out there. */
export class InsufficientLiquidityError extends InteropError {
  override name = "InsufficientLiquidityError" as const;

  constructor({ value, available, chainId }: { value: bigint; available: bigint; chainId: bigint }) {
    super(`ETHLiquidity of chain ${chainId} has ${available} wei, and ${value} should be paid out there.`, {
      hint: "Nothing was sent: the delivery would fail until somebody funds it. Send less.",
    });
  }
}

/** The delivery would revert, as things are on the destination. */
export class UndeliverableError extends InteropError {
  override name = "UndeliverableError" as const;
  /** Name of the error that it would revert with; undefined if it is unknown. */
  readonly errorName: string | undefined;
  /** Why, in words. */
  readonly reason: string;

  constructor({ chainId, revert }: { chainId: bigint; revert: InteropExecutionError }) {
    super(`The delivery on chain ${chainId} would revert: ${revert.reason}.`, {
      hint:
        revert.errorName === "MessageDestinationNotRelayChain"
          ? "Nothing was sent. The client's node is of another chain than the client says: look at its URL."
          : "Nothing was sent. With the destination's id instead of a client of it, it is sent all the same.",
      cause: revert,
    });
    this.errorName = revert.errorName;
    this.reason = revert.reason;
  }
}

/** A token has other decimals on the destination: the same amount is worth something else there. */
export class DecimalsMismatchError extends InteropError {
  override name = "DecimalsMismatchError" as const;

  constructor({ source, destination }: { source: number; destination: number }) {
    super(`The token has ${source} decimals, and ${destination} on the destination.`, {
      hint: "Nothing was sent: base units are what moves, and they are worth something else there.",
    });
  }
}

/** What is given for the destination is neither the id of a chain nor a client of one. */
export class InvalidDestinationError extends InteropError {
  override name = "InvalidDestinationError" as const;

  constructor({ given, canBeId }: { given: unknown; canBeId: boolean }) {
    const what = typeof given === "object" && given !== null ? ("id" in given ? "a chain" : "an object") : String(given);
    super(`The destination is ${what}, ${canBeId ? "neither the id of a chain nor a client of one" : "and not a client of it"}.`, {
      hint: `Give createPublicClient({ chain, transport: http() })${canBeId ? ", or the chain's id, such as 902" : ""}.`,
    });
  }
}

/** A client is for another chain than it should be. */
export class InvalidDestinationChainError extends InteropError {
  override name = "InvalidDestinationChainError" as const;

  constructor({ expected, actual }: { expected: bigint; actual: bigint }) {
    super(`The destination is chain ${expected}, and the client given for it is of chain ${actual}.`, {
      hint: `Give a client of chain ${expected}.`,
    });
  }
}

/** A transaction that executes a message cannot have a gas price of zero. */
export class ZeroGasPriceError extends InteropError {
  override name = "ZeroGasPriceError" as const;

  constructor() {
    super("A message cannot be executed at a gas price of zero: the inbox takes the transaction for a deposit.", {
      hint: "Leave the fees out, or set maxFeePerGas to the base fee or more.",
    });
  }
}

/** The transaction was handed over, and what became of it is not known: it may have been sent, or not. */
export class SendingUnknownError extends InteropError {
  override name = "SendingUnknownError" as const;
  /** The transaction, if it is known: what a key has signed. It can be mined once only, however often it is sent. */
  readonly transactionHash: Hash | undefined;

  constructor({ transactionHash, cause }: { transactionHash: Hash | undefined; cause?: Error | undefined }) {
    const reason = cause instanceof BaseError ? cause.shortMessage : (cause?.message ?? "the node gave no hash");
    super(`The transaction ${transactionHash ? `${transactionHash} ` : ""}may have been sent, or not: ${reason.replace(/\.$/, "")}.`, {
      hint: transactionHash
        ? "Do not send again before it is clear: waitForDelivery and getMessageStatus take its hash."
        : "Do not send again before it is clear: look at the account's transactions.",
      cause,
    });
    this.transactionHash = transactionHash;
  }
}

/** A log that no block holds yet points at nothing. */
export class ExecutingMessagePendingLogError extends InteropError {
  override name = "ExecutingMessagePendingLogError" as const;

  constructor({ log }: { log: Pick<Log, "transactionHash"> }) {
    super(`The log of transaction ${log.transactionHash} is in no block yet: it has no identifier.`, {
      hint: "Wait for the receipt of the transaction, and take the log from it.",
    });
  }
}
