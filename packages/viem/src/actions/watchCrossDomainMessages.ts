import type { Address } from "viem";
import type { AnyClient } from "../core/parameters.js";
import type { CrossDomainMessage } from "../types.js";

export type WatchCrossDomainMessagesParameters = {
  /** Called with the messages of new blocks, in their order. */
  onMessages: (messages: CrossDomainMessage[]) => void;
  /** Called with messages that were given before and that a reorg has taken away. */
  onReorged?: ((messages: CrossDomainMessage[]) => void) | undefined;
  /** Called when a node fails; watching goes on. */
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
 * Watches a chain for messages that are sent from it.
 *
 * @param client Client of the source.
 * @example
 * const unwatch = watchCrossDomainMessages(source, { onMessages: (messages) => console.log(messages) });
 */
export function watchCrossDomainMessages(_client: AnyClient, _parameters: WatchCrossDomainMessagesParameters): WatchCrossDomainMessagesReturnType {
  throw new Error("not yet");
}
