import type { Account, Address, Chain, Client, Hash, Transport } from "viem";
import { isAddressEqual, zeroAddress } from "viem";
import { checkOtherChain, resolveDestination } from "../core/chainId.js";
import { checkTokenEnd } from "../core/ends.js";
import { type AnyClient, type DestinationParameters, type WriteParameters, checkAddress } from "../core/parameters.js";
import { type InteropCall, type LooseWriteParameters, accountOf, estimate, simulate, write } from "../core/write.js";
import { ZeroAmountError, ZeroRecipientError } from "../errors/sending.js";
import { superchainERC20Abi } from "../generated/superchainERC20.js";
import { superchainTokenBridgeAbi, superchainTokenBridgeAddress } from "../generated/superchainTokenBridge.js";

type Transfer = DestinationParameters & {
  /** Token to send: it stands at the same address on every chain. */
  tokenAddress: Address;
  /** Who gets it on the destination. */
  to: Address;
  /** How much, in the token's base units. */
  amount: bigint;
};

/** Parameters of {@link sendSuperchainERC20}. */
export type SendSuperchainERC20Parameters<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = WriteParameters<chain, account, chainOverride> & Transfer;

/** What {@link sendSuperchainERC20} gives. */
export type SendSuperchainERC20ReturnType = Hash;
/** What the contract returns in {@link sendSuperchainERC20}. */
export type SendSuperchainERC20ContractReturnType = Hash;

async function prepare(client: AnyClient, parameters: Transfer): Promise<InteropCall> {
  const { tokenAddress, to, amount, destination, chainId: id } = parameters;
  checkAddress(to);
  checkAddress(tokenAddress);
  if (isAddressEqual(to, zeroAddress)) throw new ZeroRecipientError();
  if (!(amount > 0n)) throw new ZeroAmountError({ parameter: "amount" });
  const { chainId, client: destinationClient } = await resolveDestination(destination, id);
  const source = await checkOtherChain(client, chainId);
  if (destinationClient) {
    const from = accountOf(client, parameters as LooseWriteParameters)?.address;
    await checkTokenEnd(client, destinationClient, { from, source, chainId, token: tokenAddress, to, amount });
  }
  return {
    abi: superchainTokenBridgeAbi,
    address: superchainTokenBridgeAddress,
    functionName: "sendERC20",
    args: [tokenAddress, to, amount, chainId],
    action: "Sending the token",
    targetAbi: superchainERC20Abi,
  };
}

/**
 * Sends a SuperchainERC20 to another chain: burnt here, minted there when the message is delivered. It takes no approval.
 *
 * With a client of the destination, it is made sure before that the token and its bridge are there, that an amount is worth the same
 * on both ends, and that the delivery would succeed as things are.
 *
 * @param client Client of the source, with an account.
 * @returns Hash of the transaction. {@link waitForDelivery} takes it.
 * @throws {@link ZeroRecipientError}, {@link ZeroAmountError}, {@link SameChainError}, {@link NoContractError},
 * {@link DecimalsMismatchError}, {@link UndeliverableError}
 * @example
 * const hash = await sendSuperchainERC20(wallet, { tokenAddress, to: recipient, amount: 1000n, chainId: 902 });
 */
export async function sendSuperchainERC20<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendSuperchainERC20Parameters<chain, account, chainOverride>,
): Promise<SendSuperchainERC20ReturnType> {
  const call = await prepare(client, parameters);
  return write(client, call, parameters as LooseWriteParameters);
}

/** How much gas {@link sendSuperchainERC20} would use. */
export async function estimateSendSuperchainERC20Gas<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(client: Client<Transport, chain, account>, parameters: SendSuperchainERC20Parameters<chain, account, chainOverride>): Promise<bigint> {
  const call = await prepare(client, parameters);
  return estimate(client, call, parameters as LooseWriteParameters);
}

/** Tries {@link sendSuperchainERC20} out: the hash of the message that it would send. */
export async function simulateSendSuperchainERC20<
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendSuperchainERC20Parameters<chain, account, chainOverride>,
): Promise<SendSuperchainERC20ContractReturnType> {
  const call = await prepare(client, parameters);
  return (await simulate(client, call, parameters as LooseWriteParameters)) as Hash;
}
