import type { Log } from "viem";
import { extractSentMessageLogs } from "../codec/extractSentMessageLogs.js";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import type { CrossDomainMessage } from "../types.js";

/** Parameters of {@link getCrossDomainMessages}. */
export type GetCrossDomainMessagesParameters = {
  /** Logs of the client's chain, such as those of a receipt. */
  logs: readonly Log[];
};

/** What {@link getCrossDomainMessages} gives. */
export type GetCrossDomainMessagesReturnType = CrossDomainMessage[];

/**
 * The messages that logs tell of, in their order.
 *
 * @param client Client of the chain that emitted the logs.
 * @example
 * const receipt = await source.waitForTransactionReceipt({ hash });
 * const messages = await getCrossDomainMessages(source, { logs: receipt.logs });
 */
export async function getCrossDomainMessages(client: AnyClient, { logs }: GetCrossDomainMessagesParameters): Promise<GetCrossDomainMessagesReturnType> {
  const source = await chainIdOf(client);
  return extractSentMessageLogs({ logs }).map((log) => {
    const { destination, messageNonce, sender, target, message } = log.args;
    return { source, destination, nonce: messageNonce, sender, target, message, log };
  });
}
