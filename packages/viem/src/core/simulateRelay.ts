import type { Abi, Address, Hex } from "viem";
import { decodeFunctionResult, encodeFunctionData } from "viem";
import { call, getBlock } from "viem/actions";
import { encodeAccessList } from "../codec/accessList.js";
import { getInteropError } from "../errors/revert.js";
import { crossL2InboxAddress } from "../generated/crossL2Inbox.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageIdentifier, MessagePayload } from "../types.js";
import type { AnyClient } from "./parameters.js";

/** A delivery to try out. */
export type RelayTrial = {
  id: MessageIdentifier;
  payload: MessagePayload;
  /** Errors of the target. */
  targetAbi?: Abi | undefined;
  /** Of a message that nobody has sent yet: the inbox, which would not find it, is passed over. */
  isUnsent?: boolean | undefined;
};

/**
 * Tries a delivery out on the newest block, in nobody's name: at the price of that block, which is paid from a balance that only
 * the trial has.
 *
 * @returns What the target returns.
 * @throws {@link InteropExecutionError} if it reverts, {@link AdmissionError} if the sequencer does not admit it; what else a
 * node answers.
 */
export async function tryRelay(client: AnyClient, { id, payload, targetAbi, isUnsent }: RelayTrial): Promise<Hex> {
  const { baseFeePerGas, number } = await getBlock(client);
  const request = {
    account: trialAccount,
    to: l2ToL2CrossDomainMessengerAddress,
    data: encodeFunctionData({ abi: l2ToL2CrossDomainMessengerAbi, functionName: "relayMessage", args: [id, payload] }),
    accessList: encodeAccessList(id, payload),
    blockNumber: number,
    ...(baseFeePerGas ? { maxFeePerGas: baseFeePerGas, maxPriorityFeePerGas: 0n } : {}),
  } as const;
  const rich = { address: trialAccount, balance: 1n << 200n };
  // STOP: it says nothing against anything.
  const inbox = { address: crossL2InboxAddress, code: "0x00" } as const;
  try {
    const { data } = await call(client, { ...request, stateOverride: isUnsent ? [rich, inbox] : [rich] });
    return decodeFunctionResult({ abi: l2ToL2CrossDomainMessengerAbi, functionName: "relayMessage", data: data ?? "0x" });
  } catch (error) {
    throw getInteropError(error, { abi: targetAbi, action: "Relaying the message" });
  }
}

/** Nobody: without code and key, on every chain. */
const trialAccount: Address = "0x000000000000000000000000000000000000c4a5";
