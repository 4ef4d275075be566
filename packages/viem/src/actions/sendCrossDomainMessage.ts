import type { Account, Address, Chain, Client, Hash, Hex, Transport } from "viem";
import { checkOtherChain, resolveDestination } from "../core/chainId.js";
import { type AnyClient, type WriteParameters, checkAddress } from "../core/parameters.js";
import { type InteropCall, type LooseWriteParameters, estimate, simulate, write } from "../core/write.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";

/** Parameters of {@link sendCrossDomainMessage}. */
export type SendCrossDomainMessageParameters<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = WriteParameters<chain, account, chainOverride> & {
  /** Id of the destination. */
  destinationChainId: number | bigint;
  /** Contract that the message calls there. */
  target: Address;
  /** Calldata of that call. */
  message: Hex;
};

/** What {@link sendCrossDomainMessage} gives. */
export type SendCrossDomainMessageReturnType = Hash;
/** What the contract returns in {@link sendCrossDomainMessage}. */
export type SendCrossDomainMessageContractReturnType = Hash;

type Content = { destinationChainId: number | bigint; target: Address; message: Hex };

/** A message of any content: {@link sendCrossChainCall} makes it from an ABI. */
async function prepare(client: AnyClient, parameters: Content): Promise<InteropCall> {
  checkAddress(parameters.target);
  const { chainId } = await resolveDestination(parameters.destinationChainId);
  await checkOtherChain(client, chainId);
  return {
    abi: l2ToL2CrossDomainMessengerAbi,
    address: l2ToL2CrossDomainMessengerAddress,
    functionName: "sendMessage",
    args: [chainId, parameters.target, parameters.message],
    action: "Sending the message",
  };
}

/**
 * Sends a message: calldata for a contract on another chain.
 *
 * @param client Client of the source, with an account.
 * @returns Hash of the transaction. {@link waitForDelivery} takes it.
 * @throws {@link SameChainError} if the destination is the source.
 * @example
 * const hash = await sendCrossDomainMessage(wallet, { destinationChainId: 902, target, message: "0x" });
 */
export async function sendCrossDomainMessage<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendCrossDomainMessageParameters<chain, account, chainOverride>,
): Promise<SendCrossDomainMessageReturnType> {
  const call = await prepare(client, parameters);
  return write(client, call, parameters as LooseWriteParameters);
}

/** How much gas {@link sendCrossDomainMessage} would use. */
export async function estimateSendCrossDomainMessageGas<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: SendCrossDomainMessageParameters<chain, account, chainOverride>): Promise<bigint> {
  const call = await prepare(client, parameters);
  return estimate(client, call, parameters as LooseWriteParameters);
}

/** Tries {@link sendCrossDomainMessage} out: the hash of the message that it would send. */
export async function simulateSendCrossDomainMessage<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendCrossDomainMessageParameters<chain, account, chainOverride>,
): Promise<SendCrossDomainMessageContractReturnType> {
  const call = await prepare(client, parameters);
  return (await simulate(client, call, parameters as LooseWriteParameters)) as Hash;
}
