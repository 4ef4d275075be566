import type { Abi } from "viem";
import { getBlock } from "viem/actions";
import { encodeSentMessage } from "../codec/payload.js";
import { InteropExecutionError } from "../errors/revert.js";
import { UndeliverableError } from "../errors/sending.js";
import { l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageContent } from "../types.js";
import type { AnyClient } from "./parameters.js";
import { tryRelay } from "./simulateRelay.js";

/** A nonce that no messenger ever gets to: the highest of its version. */
const unusedNonce = (1n << 240n) - 1n;

/**
 * Tries the delivery of a message out on its destination before it is sent. A node that cannot, has nothing against it.
 *
 * @throws {@link UndeliverableError} if it reverts.
 */
export async function rehearse(destination: AnyClient, content: Omit<MessageContent, "nonce">, targetAbi: Abi | undefined): Promise<void> {
  const { number, timestamp } = await getBlock(destination);
  const payload = encodeSentMessage({ ...content, nonce: unusedNonce });
  const id = { origin: l2ToL2CrossDomainMessengerAddress, blockNumber: number, logIndex: 0n, timestamp, chainId: content.source };
  try {
    await tryRelay(destination, { id, payload, targetAbi, isUnsent: true });
  } catch (error) {
    if (error instanceof InteropExecutionError) throw new UndeliverableError({ chainId: content.destination, revert: error });
  }
}
