import type { Address } from "viem";
import { getAbiItem, isAddressEqual } from "viem";
import { getLogs } from "viem/actions";
import type { AnyClient } from "../core/parameters.js";
import { chainIdOf } from "../core/chainId.js";
import { createWaker } from "../core/waker.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import { ChainWalk, type Reader } from "../status/chainWalk.js";
import type { CrossDomainMessage } from "../types.js";

/** Parameters of {@link watchCrossDomainMessages}. */
export type WatchCrossDomainMessagesParameters = {
  /** Called with the messages of each block that has some, in their order. */
  onMessages: (messages: CrossDomainMessage[]) => void;
  /** Called with messages that were given before and that a reorg has taken away, the newest first. They may come again. */
  onReorged?: ((messages: CrossDomainMessage[]) => void) | undefined;
  /** Called when a node fails; the watching goes on where it was. */
  onError?: ((error: Error) => void) | undefined;
  /** Only messages to this chain. */
  destinationChainId?: number | bigint | undefined;
  /** Only messages to this contract. */
  target?: Address | undefined;
  /** Only messages of this account. */
  sender?: Address | undefined;
  /** First block to look at; the next one if it is left out. */
  fromBlock?: bigint | undefined;
  /** How often to look, in milliseconds; as often as the client does if it is left out. */
  pollingInterval?: number | undefined;
};

/** Ends the watching. */
export type WatchCrossDomainMessagesReturnType = () => void;

/**
 * Watches a chain for messages that are sent from it, block by block. No block is left out, and none given twice; a reorg is
 * found by the blocks' parents, and told. A node that fails delays it, and that is all.
 *
 * @param client Client of the source.
 * @returns Ends the watching.
 * @example
 * const unwatch = watchCrossDomainMessages(source, {
 *   destinationChainId: 902,
 *   onMessages: (messages) => console.log(messages),
 * });
 */
export function watchCrossDomainMessages(client: AnyClient, parameters: WatchCrossDomainMessagesParameters): WatchCrossDomainMessagesReturnType {
  const { onMessages, onReorged, onError, fromBlock, pollingInterval } = parameters;
  const events = { onMessages, onReorged: (messages: CrossDomainMessage[]) => onReorged?.(messages) };
  const walk = new ChainWalk(client, { fromBlock, read: readerOf(client, parameters), events });
  const waker = createWaker([client], pollingInterval);
  let isOver = false;
  const follow = async () => {
    while (!isOver) {
      await walk.advance(() => isOver).catch((error: Error) => !isOver && onError?.(error));
      if (!isOver) await waker.wait();
    }
  };
  void follow();
  return () => {
    isOver = true;
    waker.stop();
  };
}

/** Reads the messages that somebody wants to hear of. */
function readerOf(client: AnyClient, { destinationChainId, target, sender }: WatchCrossDomainMessagesParameters): Reader {
  const args = {
    ...(destinationChainId === undefined ? {} : { destination: BigInt(destinationChainId) }),
    ...(target === undefined ? {} : { target }),
  };
  const event = getAbiItem({ abi: l2ToL2CrossDomainMessengerAbi, name: "SentMessage" });
  return async (range) => {
    const [source, logs] = await Promise.all([
      chainIdOf(client),
      getLogs(client, { address: l2ToL2CrossDomainMessengerAddress, event, args, strict: true, ...range }),
    ]);
    const messages = logs.map((log): CrossDomainMessage => {
      const { destination, messageNonce, sender: from, target: to, message } = log.args;
      return { source, destination, nonce: messageNonce, sender: from, target: to, message, log };
    });
    return sender === undefined ? messages : messages.filter((message) => isAddressEqual(message.sender, sender));
  };
}
