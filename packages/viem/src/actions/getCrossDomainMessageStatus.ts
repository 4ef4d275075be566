import { readContract } from "viem/actions";
import { messageHash } from "../codec/messageHash.js";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { InvalidDestinationChainError } from "../errors/sending.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageContent } from "../types.js";

/** Parameters of {@link getCrossDomainMessageStatus}. */
export type GetCrossDomainMessageStatusParameters = {
  /** Message to ask for. */
  message: MessageContent;
};

/** What {@link getCrossDomainMessageStatus} gives. */
export type GetCrossDomainMessageStatusReturnType = "ready-to-relay" | "relayed";

/**
 * Whether a message is delivered, by the destination's messenger alone. `ready-to-relay` means no more than that it is not:
 * {@link getMessageStatus} tells whether it can be.
 *
 * @param client Client of the destination.
 * @throws {@link InvalidDestinationChainError} if the message is for another chain.
 */
export async function getCrossDomainMessageStatus(
  client: AnyClient,
  { message }: GetCrossDomainMessageStatusParameters,
): Promise<GetCrossDomainMessageStatusReturnType> {
  const chainId = await chainIdOf(client);
  if (chainId !== message.destination) throw new InvalidDestinationChainError({ expected: message.destination, actual: chainId });
  const isRelayed = await readContract(client, {
    abi: l2ToL2CrossDomainMessengerAbi,
    address: l2ToL2CrossDomainMessengerAddress,
    functionName: "successfulMessages",
    args: [messageHash(message)],
  });
  return isRelayed ? "relayed" : "ready-to-relay";
}
