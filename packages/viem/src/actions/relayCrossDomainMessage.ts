import type { Abi, Account, Chain, Client, Hash, Hex, Transport } from "viem";
import { encodeAccessList, mergeAccessLists } from "../codec/accessList.js";
import { withFees } from "../core/fees.js";
import type { AnyClient, WriteParameters } from "../core/parameters.js";
import { patiently } from "../core/patience.js";
import { type InteropCall, type LooseWriteParameters, accountOf, estimate, simulateForAnybody, write } from "../core/write.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageIdentifier, MessagePayload } from "../types.js";

type Relay = {
  /** Where the log of the message stands, from {@link buildExecutingMessage}. */
  id: MessageIdentifier;
  /** What the log says, from {@link buildExecutingMessage}. */
  payload: MessagePayload;
  /** Value to call the target with, in wei. */
  value?: bigint | undefined;
  /** ABI of the target, so that its errors have names. */
  targetAbi?: Abi | readonly unknown[] | undefined;
  /**
   * How long to try again while the sequencer does not know the message yet, in milliseconds; 20 seconds if it is left out.
   * Accounts of a wallet are not asked again.
   */
  patience?: number | undefined;
};

/** Parameters of {@link relayCrossDomainMessage}. */
export type RelayCrossDomainMessageParameters<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = WriteParameters<chain, account, chainOverride> & Relay;

/** What {@link relayCrossDomainMessage} gives. */
export type RelayCrossDomainMessageReturnType = Hash;
/** What the target returned. */
export type RelayCrossDomainMessageContractReturnType = Hex;

/** The call, and the transaction's parameters with the access list and the fees that it takes. */
async function prepare(client: AnyClient, parameters: Relay & LooseWriteParameters): Promise<[InteropCall, LooseWriteParameters]> {
  const { id, payload, value, targetAbi, patience: _, accessList = [], ...transaction } = parameters;
  const call: InteropCall = {
    abi: l2ToL2CrossDomainMessengerAbi,
    address: l2ToL2CrossDomainMessengerAddress,
    functionName: "relayMessage",
    args: [id, payload],
    value,
    action: "Relaying the message",
    targetAbi: targetAbi as Abi | undefined,
  };
  const merged = mergeAccessLists(accessList, encodeAccessList(id, payload));
  return [call, await withFees(client, { ...transaction, accessList: merged })];
}

/**
 * Delivers a message by hand. Access list and fees are filled in, whatever the account: the message is declared, and the price
 * is one that the inbox does not take for a deposit's.
 *
 * @param client Client of the destination, with an account.
 * @returns Hash of the transaction.
 * @throws {@link InteropExecutionError} if the delivery reverts; {@link AdmissionError} if the sequencer does not admit it;
 * {@link ZeroGasPriceError}
 * @example
 * const executing = await buildExecutingMessage(source, { log: message.log });
 * const hash = await relayCrossDomainMessage(wallet, executing);
 */
export async function relayCrossDomainMessage<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: RelayCrossDomainMessageParameters<chain, account, chainOverride>,
): Promise<RelayCrossDomainMessageReturnType> {
  const [call, transaction] = await prepare(client, parameters as Relay & LooseWriteParameters);
  const account = accountOf(client, transaction);
  return patiently(client, account?.type === "local" ? parameters.patience : 0, () => write(client, call, transaction));
}

/** How much gas {@link relayCrossDomainMessage} would use. */
export async function estimateRelayCrossDomainMessageGas<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: RelayCrossDomainMessageParameters<chain, account, chainOverride>): Promise<bigint> {
  const [call, transaction] = await prepare(client, parameters as Relay & LooseWriteParameters);
  return estimate(client, call, transaction);
}

/** Tries {@link relayCrossDomainMessage} out: what the target would return. The account need not be able to pay for it. */
export async function simulateRelayCrossDomainMessage<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: RelayCrossDomainMessageParameters<chain, account, chainOverride>,
): Promise<RelayCrossDomainMessageContractReturnType> {
  const [call, transaction] = await prepare(client, parameters as Relay & LooseWriteParameters);
  return (await simulateForAnybody(client, call, transaction)) as Hex;
}
