import type { Hash } from "viem";
import type { AnyClient } from "../core/parameters.js";
import type { MessageSubject, StatusOptions } from "../status/subject.js";
import type { DeliveredStatus, MessageStatus } from "../status/types.js";
import type { CrossDomainMessage, Delivery, MessageIdentifier, Safety } from "../types.js";

export type WaitForDeliveryParameters = MessageSubject &
  StatusOptions & {
    /** How sure the delivery's block has to be; `unsafe` if it is left out. */
    deliverySafety?: Exclude<Safety, "unknown"> | undefined;
    /** What to do while the delivery reverts: give up (`throw`), or hope that it will not any more (`wait`). */
    onFailed?: "throw" | "wait" | undefined;
    /** Called with each status that differs from the one before. */
    onStatus?: ((status: MessageStatus) => void) | undefined;
    /** How often to look, in milliseconds; as often as the clients do if it is left out. */
    pollingInterval?: number | undefined;
    /** Ends the waiting. */
    signal?: AbortSignal | undefined;
    /** Most that is waited, in milliseconds; without it, until the message is delivered or cannot be any more. */
    timeout?: number | undefined;
  };

/** A delivery, with all that is known of it. */
export type WaitForDeliveryReturnType = DeliveredStatus & {
  message: CrossDomainMessage;
  id: MessageIdentifier;
  transactionHash: Hash;
  returnDataHash: Hash;
  delivery: Delivery;
};

/**
 * Waits until a message is delivered.
 *
 * @param client Client of the source.
 * @example
 * const { transactionHash } = await waitForDelivery(source, { hash, destination });
 */
export async function waitForDelivery(_client: AnyClient, _parameters: WaitForDeliveryParameters): Promise<WaitForDeliveryReturnType> {
  throw new Error("not yet");
}
