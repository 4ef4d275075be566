import { numberToHex } from "viem";
import { storageKeys } from "../codec/accessList.js";
import { payloadHash } from "../codec/payload.js";
import type { AnyClient } from "../core/parameters.js";
import type { MessageIdentifier, MessagePayload, Safety } from "../types.js";

/** Levels that a verifier can vouch for, the surest first. */
const levels = ["finalized", "safe", "local-safe", "cross-unsafe"] as const;

/**
 * The surest level at which a verifier takes a message for valid. What it does not vouch for, and what it cannot be asked, leaves
 * what was known before.
 *
 * @param executing Chain that is to execute it.
 */
export async function verifiedSafety(
  verifier: AnyClient,
  { id, payload, executing, known }: { id: MessageIdentifier; payload: MessagePayload; executing: bigint; known: Safety },
): Promise<Safety> {
  if (known === "finalized") return known;
  const keys = storageKeys(id, payloadHash(payload));
  const descriptor = { chainID: executing.toString(), timestamp: numberToHex(id.timestamp + 1n) };
  const request = verifier.request as unknown as (call: { method: string; params: unknown[] }, options: { retryCount: number }) => Promise<unknown>;
  const answers = await Promise.all(
    levels.map((level) =>
      request({ method: "interop_checkAccessList", params: [keys, level, descriptor] }, { retryCount: 0 }).then(
        () => true,
        () => false,
      ),
    ),
  );
  return levels[answers.indexOf(true)] ?? known;
}
