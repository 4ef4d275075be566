import type { Hash } from "viem";
import { BaseError } from "viem";
import { checkClient } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { createWaker } from "../core/waker.js";
import { InteropError } from "../errors/base.js";
import { DeliveryTimeoutError } from "../errors/delivery.js";
import { MessageFollower } from "../status/follower.js";
import type { MessageSubject, StatusOptions } from "../status/subject.js";
import type { DeliveredStatus, MessageStatus } from "../status/types.js";
import type { Delivery, Safety } from "../types.js";

/** Parameters of {@link waitForDelivery}. */
export type WaitForDeliveryParameters = MessageSubject &
  StatusOptions & {
    /** How sure the delivery's block has to be; `unsafe` if it is left out. */
    deliverySafety?: Exclude<Safety, "unknown"> | undefined;
    /** What to do while the delivery reverts: give up (`throw`), or hope that it will not any more (`wait`). */
    onFailed?: "throw" | "wait" | undefined;
    /** Called with each status that differs from the one before. */
    onStatus?: ((status: MessageStatus) => void) | undefined;
    /** Called when a node fails; the waiting goes on. */
    onError?: ((error: Error) => void) | undefined;
    /** How often to look, in milliseconds; as often as the clients do if it is left out. */
    pollingInterval?: number | undefined;
    /** Ends the waiting, with its reason. */
    signal?: AbortSignal | undefined;
    /** Most that is waited, in milliseconds; without it, or with 0, until the message is delivered or cannot be any more. */
    timeout?: number | undefined;
  };

/** A delivery, with all that is known of it. */
export type WaitForDeliveryReturnType = DeliveredStatus & {
  transactionHash: Hash;
  returnDataHash: Hash;
  delivery: Delivery;
};

/**
 * Waits until a message is delivered, by looking at both chains with every block.
 *
 * It goes on when a node fails, when a reorg gives the message another identifier, when it is sent again under the same hash, and
 * when a transaction at another price takes the place of the sending one. It ends with an error when the message cannot be
 * delivered any more, or its delivery reverts.
 *
 * @param client Client of the source.
 * @returns The delivery. Before it is final, a reorg of the destination can undo it: `deliverySafety` says how sure it has to be.
 * @throws {@link MessageExpiredError}, {@link MessageFailedError}, {@link MessageReorgedError}, {@link SendingRevertedError},
 * {@link SendingReplacedError}, {@link MessageNotFoundError}, {@link DeliveryTimeoutError}, {@link InvalidDestinationChainError},
 * {@link NoContractError} without a messenger on the destination; the reason of `signal`
 * @example
 * const hash = await sendCrossChainCall(wallet, { abi, functionName: "increment", target, destination: 902 });
 * const { transactionHash } = await waitForDelivery(source, { hash, destination });
 */
export async function waitForDelivery(client: AnyClient, parameters: WaitForDeliveryParameters): Promise<WaitForDeliveryReturnType> {
  const { destination, pollingInterval, signal, timeout, onStatus, onError } = parameters;
  signal?.throwIfAborted();
  checkClient(destination);
  const follower = new MessageFollower(client, parameters, parameters);
  const waker = createWaker([client, destination], pollingInterval);
  let fault: Error | undefined;
  let told = "";

  const follow = async (isOver: () => boolean): Promise<WaitForDeliveryReturnType | undefined> => {
    while (!isOver()) {
      try {
        const delivered = await follower.look();
        fault = undefined;
        if (isOver()) break;
        if (follower.status && told !== keyOf(follower.status)) {
          told = keyOf(follower.status);
          onStatus?.(follower.status);
        }
        if (delivered) return delivered as WaitForDeliveryReturnType;
      } catch (error) {
        // A node that fails, fails for a while; all else is for good.
        if (!(error instanceof BaseError) || error instanceof InteropError) throw error;
        fault = error;
        if (!isOver()) onError?.(error);
      }
      await waker.wait();
    }
    return undefined;
  };

  return new Promise<WaitForDeliveryReturnType>((resolve, reject) => {
    let isOver = false;
    const end = (settle: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      waker.stop();
      settle();
    };
    const abort = () => end(() => reject(signal?.reason));
    const expire = () => end(() => reject(new DeliveryTimeoutError({ timeout: timeout as number, status: follower.status, cause: fault })));
    const timer = timeout && timeout <= longestTimeout ? setTimeout(expire, timeout) : undefined;
    signal?.addEventListener("abort", abort);
    follow(() => isOver).then(
      (delivered) => end(() => resolve(delivered as WaitForDeliveryReturnType)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}

/** What a timer can hold, in milliseconds (24 days): with more, it would ring at once. */
const longestTimeout = 2 ** 31 - 1;

/** What of a status is news. */
function keyOf(status: MessageStatus): string {
  const { state, safety, messageHash, message, relayer } = status;
  const place = message?.log.blockHash ?? "";
  return JSON.stringify([state, detailOf(status), safety, messageHash, place, relayer]);
}

function detailOf(status: MessageStatus): unknown {
  switch (status.state) {
    case "pending":
      return status.reason;
    case "in-flight":
      return status.transactionHash;
    case "failed":
      return [status.reason.message, status.transactionHash];
    case "delivered":
      return [status.transactionHash, status.deliverySafety];
    default:
      return undefined;
  }
}
