import type { Abi, DecodeErrorResultReturnType, Hex } from "viem";
import { BaseError, decodeErrorResult, isHex } from "viem";
import { interopErrorsAbi } from "../generated/errors.js";
import { InteropError } from "./base.js";
import { hints } from "./hints.js";

/** Why a call reverted. */
export type DecodedRevert = {
  /** Name of the error: `MessageAlreadyRelayed`, `Error`, `Panic`; undefined if no ABI at hand knows it. */
  errorName: string | undefined;
  /** Its arguments. */
  args: readonly unknown[];
  /** In words: the text of `Error(string)`, the name with its arguments, or the bare data. It is what the target says. */
  message: string;
  /** What the call reverted with. */
  data: Hex;
};

/** What tokens of the field say while they are halted: no ABI of ours has it, and a transfer is better not begun then. */
const haltedAbi = ["EnforcedPause", "Paused", "TokenPaused", "ContractPaused"].map((name) => ({ type: "error", name, inputs: [] }) as const);

const panics: Readonly<Record<string, string>> = {
  "1": "assertion failed",
  "17": "arithmetic overflow",
  "18": "division by zero",
  "33": "not a value of the enumeration",
  "34": "malformed storage",
  "49": "pop from an empty array",
  "50": "index out of bounds",
  "65": "out of memory",
  "81": "call of an uninitialized function",
};

/**
 * Reads why a call reverted: errors of the interop contracts and tokens, those of `abi`, `Error(string)` and `Panic`, and that a token
 * is halted.
 *
 * @example
 * decodeRevert("0x12c4df9d").errorName; // what the selector stands for
 */
export function decodeRevert(data: Hex, abi: Abi = []): DecodedRevert {
  if (data === "0x") return { errorName: undefined, args: [], message: "no reason given", data };
  try {
    const known: Abi = [...abi.filter(({ type }) => type === "error"), ...interopErrorsAbi, ...haltedAbi];
    const decoded = decodeErrorResult({ abi: known, data }) as DecodeErrorResultReturnType;
    const args: readonly unknown[] = decoded.args ?? [];
    return { errorName: decoded.errorName, args, message: describe(decoded.errorName, args), data };
  } catch {
    return { errorName: undefined, args: [], message: data, data };
  }
}

function describe(name: string, args: readonly unknown[]): string {
  if (name === "Error") return printable(String(args[0]));
  if (name === "Panic") return `Panic: ${panics[String(args[0])] ?? "unknown"} (${String(args[0])})`;
  return printable(`${name}(${args.map((arg) => (typeof arg === "object" ? JSON.stringify(arg, text) : String(arg))).join(", ")})`);
}

function text(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** A target can say anything: at most 200 characters of it, without what controls a terminal. */
function printable(words: string): string {
  const clean = words.replace(/\p{C}/gu, "\u{fffd}");
  return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean;
}

/** A contract refuses what should be done. */
export class InteropExecutionError extends InteropError {
  override name = "InteropExecutionError" as const;
  /** Name of the contract's error; undefined if it is unknown. */
  readonly errorName: string | undefined;
  /** Its arguments. */
  readonly args: readonly unknown[];
  /** Why, in words: see {@link DecodedRevert}. */
  readonly reason: string;
  /** What the call reverted with. */
  readonly data: Hex;

  constructor({ revert, action, cause }: { revert: DecodedRevert; action: string; cause?: Error | undefined }) {
    super(`${action} reverts: ${revert.message}.`, { hint: revert.errorName ? hints[revert.errorName] : undefined, cause });
    this.errorName = revert.errorName;
    this.args = revert.args;
    this.reason = revert.message;
    this.data = revert.data;
  }
}

/** The destination's sequencer does not admit a transaction that executes a message. */
export class AdmissionError extends InteropError {
  override name = "AdmissionError" as const;
  /** Code of the JSON-RPC error. */
  readonly code: number;
  /** What it means: try again (`retry`), it never will be (`invalid`), interop is halted (`halted`). */
  readonly disposition: "retry" | "invalid" | "halted";

  constructor({ code, disposition, details, cause }: { code: number; disposition: "retry" | "invalid" | "halted"; details: string; cause?: Error | undefined }) {
    const hint = {
      retry: "The sequencer does not know the message yet: try again in a moment.",
      invalid: "The message is not what the access list says, or has expired: build it again from the canonical log.",
      halted: "The chain's operators have halted cross-chain messages: try again when they are back.",
    }[disposition];
    super(`The sequencer does not admit the message: ${details}.`, { hint, cause });
    this.code = code;
    this.disposition = disposition;
  }
}

/** What the codes of the admission check mean. */
const admission: Readonly<Record<number, AdmissionError["disposition"]>> = {
  [-320400]: "retry",
  [-321401]: "retry",
  [-320602]: "halted",
  [-320500]: "invalid",
  [-320501]: "invalid",
  [-320600]: "invalid",
  [-320601]: "invalid",
  [-320900]: "invalid",
  [-320901]: "invalid",
  [-321000]: "invalid",
  [-321100]: "invalid",
  [-321200]: "invalid",
  [-321500]: "invalid",
  [-321501]: "invalid",
};

/**
 * What filters say of a message that is only too young for them, under codes of invalid ones: the deployed one does where the block
 * that would execute it is not yet later than its own, and where it has not read its source that far.
 */
const tooYoung =
  /not before inclusion timestamp|before initiating message timestamp|message from the future|not yet ingested|not yet cross-unsafe validated|cross-validated timestamp not available/i;

/**
 * Makes an error of this library from one of viem's: with the name of the contract's error, and what to do. What is neither a
 * revert nor a refusal to admit a message comes back as it is.
 *
 * @param options.abi Errors that the target may revert with, besides those of the interop contracts.
 * @param options.action What was tried, as the beginning of a sentence.
 */
export function getInteropError(error: unknown, { abi = [], action = "The call" }: { abi?: Abi | undefined; action?: string | undefined } = {}): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof InteropError || !(error instanceof BaseError)) return error;
  const refusal = error.walk((cause) => codeOf(cause) !== undefined && admission[codeOf(cause) as number] !== undefined);
  if (refusal) {
    const code = codeOf(refusal) as number;
    const details = (refusal as BaseError).details ?? refusal.message;
    const meaning = admission[code] as AdmissionError["disposition"];
    const disposition = meaning === "invalid" && tooYoung.test(details) ? "retry" : meaning;
    return new AdmissionError({ code, disposition, details, cause: error });
  }
  const data = revertData(error);
  return data === undefined ? error : new InteropExecutionError({ revert: decodeRevert(data, abi), action, cause: error });
}

function codeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" ? code : undefined;
}

/** What a call reverted with, from wherever in the error a node or viem has put it; undefined if it did not revert. */
export function revertData(error: BaseError): Hex | undefined {
  let found: Hex | undefined;
  error.walk((cause) => {
    const { raw, data } = cause as { raw?: unknown; data?: unknown };
    const nested = (data as { data?: unknown } | null | undefined)?.data;
    found = [raw, data, nested].find((value): value is Hex => isHex(value));
    return found !== undefined;
  });
  if (found !== undefined) return found;
  return error.walk((cause) => codeOf(cause) === 3) ? "0x" : undefined;
}
