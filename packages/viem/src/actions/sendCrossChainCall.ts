import type { Abi, Account, Address, Chain, Client, ContractFunctionArgs, ContractFunctionName, EncodeFunctionDataParameters, Hash, Transport } from "viem";
import { encodeFunctionData } from "viem";
import { checkOtherChain, resolveDestination } from "../core/chainId.js";
import { checkCallEnd } from "../core/ends.js";
import { type AnyClient, type Destination, type WriteParameters, checkAddress } from "../core/parameters.js";
import { type InteropCall, type LooseWriteParameters, accountOf, estimate, simulate, write } from "../core/write.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";

type Mutability = "nonpayable" | "payable";

/** A call of a contract's function, typed by its ABI. */
export type CrossChainCall<
  abi extends Abi | readonly unknown[] = Abi,
  functionName extends ContractFunctionName<abi, Mutability> = ContractFunctionName<abi, Mutability>,
  ///
  args = ContractFunctionArgs<abi, Mutability, functionName>,
> = {
  /** ABI of the target; `as const`, so that functions and arguments have types. */
  abi: abi;
  /** Function to call. */
  functionName: ContractFunctionName<abi, Mutability> | (functionName extends ContractFunctionName<abi, Mutability> ? functionName : never);
} & (readonly [] extends args
  ? {
      /** Arguments of the function. */
      args?: args | undefined;
    }
  : {
      /** Arguments of the function. */
      args: args;
    });

/** Parameters of {@link sendCrossChainCall}. */
export type SendCrossChainCallParameters<
  abi extends Abi | readonly unknown[] = Abi,
  functionName extends ContractFunctionName<abi, Mutability> = ContractFunctionName<abi, Mutability>,
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = CrossChainCall<abi, functionName> &
  WriteParameters<chain, account, chainOverride> & {
    /** Contract to call on the destination. */
    target: Address;
    /** The destination: its id, or a client of it, and then the delivery is tried out there before anything is sent. */
    destination: Destination;
  };

/** What {@link sendCrossChainCall} gives. */
export type SendCrossChainCallReturnType = Hash;

type LooseCall = { abi: Abi | readonly unknown[]; functionName: string; args?: unknown; target: Address; destination: Destination };

async function prepare(client: AnyClient, parameters: unknown): Promise<InteropCall> {
  const { abi, functionName, args, target, destination } = parameters as LooseCall;
  // Before anything is asked for: what cannot be encoded, cannot be sent.
  const message = encodeFunctionData({ abi, functionName, args } as EncodeFunctionDataParameters);
  checkAddress(target);
  const { chainId, client: destinationClient } = await resolveDestination(destination);
  const source = await checkOtherChain(client, chainId);
  if (destinationClient) {
    const from = accountOf(client, parameters as LooseWriteParameters)?.address;
    await checkCallEnd(destinationClient, { from, source, chainId, target, message, targetAbi: abi as Abi });
  }
  return {
    abi: l2ToL2CrossDomainMessengerAbi,
    address: l2ToL2CrossDomainMessengerAddress,
    functionName: "sendMessage",
    args: [chainId, target, message],
    action: `Sending the call of ${functionName}`,
  };
}

/**
 * Calls a contract on another chain: the call is made there when the message is delivered, in the name of the destination's
 * messenger, which tells the target who sent it.
 *
 * @param client Client of the source, with an account.
 * @returns Hash of the transaction that sends the call. {@link waitForDelivery} takes it.
 * @throws {@link SameChainError} if the destination is the source. With a client of the destination, {@link NoContractError} if the
 * target is not there, {@link UndeliverableError} if it would revert as things are.
 * @example
 * const hash = await sendCrossChainCall(wallet, {
 *   abi: counterAbi,
 *   functionName: "increment",
 *   target: counter,
 *   destination: 902,
 * });
 */
export async function sendCrossChainCall<
  const abi extends Abi | readonly unknown[],
  functionName extends ContractFunctionName<abi, Mutability>,
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
): Promise<SendCrossChainCallReturnType> {
  const call = await prepare(client, parameters);
  return write(client, call, parameters as LooseWriteParameters);
}

/** How much gas {@link sendCrossChainCall} would use on the source. */
export async function estimateSendCrossChainCallGas<
  const abi extends Abi | readonly unknown[],
  functionName extends ContractFunctionName<abi, Mutability>,
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
): Promise<bigint> {
  const call = await prepare(client, parameters);
  return estimate(client, call, parameters as LooseWriteParameters);
}

/** Tries {@link sendCrossChainCall} out on the source: the hash of the message that it would send. */
export async function simulateSendCrossChainCall<
  const abi extends Abi | readonly unknown[],
  functionName extends ContractFunctionName<abi, Mutability>,
  chain extends Chain | undefined,
  account extends Account | undefined,
  chainOverride extends Chain | undefined = undefined,
>(
  client: Client<Transport, chain, account>,
  parameters: SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
): Promise<Hash> {
  const call = await prepare(client, parameters);
  return (await simulate(client, call, parameters as LooseWriteParameters)) as Hash;
}
