import type { Address, Hash, Hex } from "viem";
import { decodeFunctionData, isAddressEqual } from "viem";
import { crossL2InboxAbi, crossL2InboxAddress } from "../generated/crossL2Inbox.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import { relayBatcherAbi, relayBatcherAddress } from "../generated/relayBatcher.js";
import type { MessageIdentifier } from "../types.js";
import { decodeCompactBatch, decodePlainBatch } from "./batch.js";
import { encodeSentMessage, payloadHash } from "./payload.js";

/** A message that a call executes. */
export type ExecutedMessage = {
  /** Where its log stands. */
  id: MessageIdentifier;
  /** keccak256 of its log's payload. */
  payloadHash: Hash;
};

/** A call, by what matters here. */
export type ExecutingCall = {
  /** Contract that is called. */
  to: Address;
  /** Calldata. */
  data: Hex;
  /** Chain that it is called on. */
  chainId: bigint;
};

/**
 * The messages that a call executes: `relayMessage` of the messenger, `validateMessage` of the inbox, both forms of batch
 * of RelayBatcher. Of other calls, none: what a contract does within, its calldata does not tell.
 *
 * @throws {@link MalformedBatchError} if a batch is not in the form that it should have.
 */
export function decodeExecutedMessages({ to, data, chainId }: ExecutingCall): ExecutedMessage[] {
  if (isAddressEqual(to, l2ToL2CrossDomainMessengerAddress)) {
    const call = known(() => decodeFunctionData({ abi: l2ToL2CrossDomainMessengerAbi, data }));
    return call?.functionName === "relayMessage" ? [{ id: call.args[0], payloadHash: payloadHash(call.args[1]) }] : [];
  }
  if (isAddressEqual(to, crossL2InboxAddress)) {
    const call = known(() => decodeFunctionData({ abi: crossL2InboxAbi, data }));
    return call?.functionName === "validateMessage" ? [{ id: call.args[0], payloadHash: call.args[1] }] : [];
  }
  if (!isAddressEqual(to, relayBatcherAddress)) return [];
  const call = known(() => decodeFunctionData({ abi: relayBatcherAbi, data }));
  if (call?.functionName !== "relayMessages" && call?.functionName !== "relayCompact") return [];
  const decode = call.functionName === "relayMessages" ? decodePlainBatch : decodeCompactBatch;
  return decode(call.args[0], chainId).map(({ id, message }) => ({ id, payloadHash: payloadHash(encodeSentMessage(message)) }));
}

/** What a decoder makes of calldata, or nothing if it is of no function that the ABI has. */
function known<call>(decode: () => call): call | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
