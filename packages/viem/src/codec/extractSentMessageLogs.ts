import type { Log } from "viem";
import { isAddressEqual, parseEventLogs } from "viem";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";

/** Parameters of {@link extractSentMessageLogs}. */
export type ExtractSentMessageLogsParameters = {
  /** Logs to look through, such as those of a receipt. */
  logs: readonly Log[];
};

/** What {@link extractSentMessageLogs} gives. */
export type ExtractSentMessageLogsReturnType = Log<bigint, number, false, undefined, true, typeof l2ToL2CrossDomainMessengerAbi, "SentMessage">[];

/**
 * The `SentMessage` logs of the messenger among others. Logs of the same form that another contract emits are left out: they
 * send nothing.
 */
export function extractSentMessageLogs({ logs }: ExtractSentMessageLogsParameters): ExtractSentMessageLogsReturnType {
  const emitted = logs.filter(({ address }) => isAddressEqual(address, l2ToL2CrossDomainMessengerAddress));
  return parseEventLogs({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "SentMessage", logs: emitted });
}
