import { BaseError, numberToHex } from "viem";
import { storageKeys } from "../codec/accessList.js";
import { payloadHash } from "../codec/payload.js";
import type { AnyClient } from "../core/parameters.js";
import { AdmissionError, getInteropError } from "../errors/revert.js";
import type { MessageIdentifier, MessagePayload, Safety } from "../types.js";

/** Levels that a verifier can vouch for, the surest first. */
const levels = ["finalized", "safe", "local-safe", "cross-unsafe", "unsafe"] as const;

/** What a verifier says of a message. */
export type Word = {
  /** Whether it may be executed as things are; undefined if the verifier says nothing of use. */
  verdict: "valid" | AdmissionError["disposition"] | undefined;
  /** What it said against it. */
  details: string;
  /** The surest level that it vouches for, if any. */
  safety: Safety | undefined;
};

type Question = {
  id: MessageIdentifier;
  payload: MessagePayload;
  /** Chain that is to execute it. */
  executing: bigint;
  /** How sure it has to be. */
  minSafety: Safety;
};

/** Asks a verifier for each level. One that does not answer leaves the word to the chains. */
export async function askVerifier(verifier: AnyClient, { id, payload, executing, minSafety }: Question): Promise<Word> {
  const keys = storageKeys(id, payloadHash(payload));
  const descriptor = { chainID: executing.toString(), timestamp: numberToHex(id.timestamp + 1n) };
  const request = verifier.request as unknown as (call: { method: string; params: unknown[] }, options: { retryCount: number }) => Promise<unknown>;
  const ask = (level: Safety) => request({ method: "interop_checkAccessList", params: [keys, level, descriptor] }, { retryCount: 0 });
  const answers = await Promise.allSettled(levels.map(ask));
  const safety = levels.find((_level, index) => answers[index]?.status === "fulfilled");
  // What is not sure enough yet is so by the level alone, as without a verifier.
  const answer = answers[safety ? levels.indexOf(safety) : levels.indexOf(minSafety as "unsafe")];
  if (answer?.status !== "rejected") return { verdict: "valid", details: "", safety };
  const error = getInteropError(answer.reason);
  if (!(error instanceof AdmissionError)) return { verdict: undefined, details: "", safety: undefined };
  return { verdict: error.disposition, details: error.cause instanceof BaseError ? error.cause.details : error.shortMessage, safety: undefined };
}
