import type { Account, Address, Chain, Client, Hash, Transport } from "viem";
import { isAddressEqual, zeroAddress } from "viem";
import { checkOtherChain, resolveDestination } from "../core/chainId.js";
import { checkETHEnd } from "../core/ends.js";
import { type AnyClient, type DestinationParameters, type WriteParameters, checkAddress } from "../core/parameters.js";
import { type InteropCall, type LooseWriteParameters, accountOf, estimate, simulate, write } from "../core/write.js";
import { ZeroAmountError, ZeroRecipientError } from "../errors/sending.js";
import { superchainETHBridgeAbi, superchainETHBridgeAddress } from "../generated/superchainETHBridge.js";

type Transfer = DestinationParameters & {
  /** Who gets it on the destination. It is not called. */
  to: Address;
  /** How much, in wei. */
  value: bigint;
};

/** Parameters of {@link sendETH}. */
export type SendETHParameters<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = WriteParameters<chain, account, chainOverride> & Transfer;

/** What {@link sendETH} gives. */
export type SendETHReturnType = Hash;
/** What the contract returns in {@link sendETH}. */
export type SendETHContractReturnType = Hash;

async function prepare(client: AnyClient, parameters: Transfer): Promise<InteropCall> {
  const { to, value, destination, chainId: id } = parameters;
  checkAddress(to);
  if (isAddressEqual(to, zeroAddress)) throw new ZeroRecipientError();
  if (!(value > 0n)) throw new ZeroAmountError({ parameter: "value" });
  const { chainId, client: destinationClient } = await resolveDestination(destination, id);
  const source = await checkOtherChain(client, chainId);
  if (destinationClient) {
    const from = accountOf(client, parameters as LooseWriteParameters)?.address;
    await checkETHEnd(destinationClient, { from, source, chainId, to, value });
  }
  return {
    abi: superchainETHBridgeAbi,
    address: superchainETHBridgeAddress,
    functionName: "sendETH",
    args: [to, chainId],
    value,
    action: "Sending ETH",
  };
}

/**
 * Sends ETH to another chain: it is paid out there when the message is delivered.
 *
 * With a client of the destination, it is made sure before that its contracts are there and have enough to pay out, and that the
 * delivery would succeed as things are.
 *
 * @param client Client of the source, with an account.
 * @returns Hash of the transaction. {@link waitForDelivery} takes it.
 * @throws {@link ZeroRecipientError}, {@link ZeroAmountError}, {@link SameChainError}, {@link NoContractError},
 * {@link InsufficientLiquidityError}, {@link UndeliverableError}
 * @example
 * const hash = await sendETH(wallet, { to: recipient, value: parseEther("1"), chainId: 902 });
 */
export async function sendETH<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: SendETHParameters<chain, account, chainOverride>): Promise<SendETHReturnType> {
  const call = await prepare(client, parameters);
  return write(client, call, parameters as LooseWriteParameters);
}

/** How much gas {@link sendETH} would use. */
export async function estimateSendETHGas<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: SendETHParameters<chain, account, chainOverride>): Promise<bigint> {
  const call = await prepare(client, parameters);
  return estimate(client, call, parameters as LooseWriteParameters);
}

/** Tries {@link sendETH} out: the hash of the message that it would send. */
export async function simulateSendETH<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: SendETHParameters<chain, account, chainOverride>): Promise<SendETHContractReturnType> {
  const call = await prepare(client, parameters);
  return (await simulate(client, call, parameters as LooseWriteParameters)) as Hash;
}
