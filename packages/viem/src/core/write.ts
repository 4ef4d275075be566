import type { Abi, Account, Address, EstimateContractGasParameters, Hash, SimulateContractParameters, WriteContractParameters } from "viem";
import { BaseError, InsufficientFundsError, zeroAddress } from "viem";
import { parseAccount } from "viem/accounts";
import { estimateContractGas, simulateContract, writeContract } from "viem/actions";
import { getInteropError } from "../errors/revert.js";
import { sendOnce } from "./fate.js";
import type { AnyClient, TransactionParameters } from "./parameters.js";

/** A call of a contract of interop. */
export type InteropCall = {
  abi: Abi;
  address: Address;
  functionName: string;
  args: readonly unknown[];
  value?: bigint | undefined;
  /** What it does, as the beginning of a sentence that says that it failed. */
  action: string;
  /** ABI of the target, whose errors may come up. */
  targetAbi?: Abi | undefined;
};

/** The parameters of writing actions, without the types that tell which are needed. */
export type LooseWriteParameters = TransactionParameters & {
  account?: Account | Address | undefined;
  chain?: unknown;
};

/** The account that acts: the one that is named, or the client's. */
export function accountOf(client: AnyClient, { account }: LooseWriteParameters): Account | undefined {
  const chosen = account ?? client.account;
  return chosen === undefined ? undefined : parseAccount(chosen);
}

/** Leaves out what is undefined: it would stand in the way of what viem fills in. */
function defined<fields extends object>(fields: fields): fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as fields;
}

function request(client: AnyClient, call: InteropCall, parameters: LooseWriteParameters): Record<string, unknown> {
  const { abi, address, functionName, args, value } = call;
  const { gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, nonce, accessList } = parameters;
  const chain = parameters.chain === undefined ? client.chain : parameters.chain;
  const fees = { gasPrice, maxFeePerGas, maxPriorityFeePerGas };
  return defined({ abi, address, functionName, args, value, account: accountOf(client, parameters), chain, gas: gas ?? undefined, nonce, accessList, ...fees });
}

/** Runs what viem does, and makes this library's errors of its own. */
export async function guarded<result>({ action, targetAbi }: InteropCall, run: () => Promise<result>): Promise<result> {
  try {
    return await run();
  } catch (error) {
    throw getInteropError(error, { abi: targetAbi, action });
  }
}

/**
 * Sends a transaction, its gas estimated before so that what reverts is not sent.
 *
 * @throws {@link SendingUnknownError} if it may have been sent, or not.
 */
export async function write(client: AnyClient, call: InteropCall, parameters: LooseWriteParameters): Promise<Hash> {
  // Without an account there is nobody to estimate it for: viem says so.
  const gas = parameters.gas === undefined && accountOf(client, parameters) ? await estimate(client, call, parameters) : parameters.gas;
  const full = request(client, call, { ...parameters, gas });
  const send = (account: Account | undefined) => writeContract(client, { ...full, account } as unknown as WriteContractParameters);
  return guarded(call, () => sendOnce(client, accountOf(client, parameters), send));
}

/** How much gas a transaction would use. */
export async function estimate(client: AnyClient, call: InteropCall, parameters: LooseWriteParameters): Promise<bigint> {
  const full = request(client, call, parameters);
  return guarded(call, () => estimateContractGas(client, full as unknown as EstimateContractGasParameters));
}

/** What a transaction would return. Nothing is sent. */
export async function simulate(client: AnyClient, call: InteropCall, parameters: LooseWriteParameters): Promise<unknown> {
  const full = request(client, call, parameters);
  return guarded(call, async () => (await simulateContract(client, full as unknown as SimulateContractParameters)).result);
}

/** The same for an account that need not be able to pay: where it is not, it is made rich for the trial. */
export async function simulateForAnybody(client: AnyClient, call: InteropCall, parameters: LooseWriteParameters): Promise<unknown> {
  const account = accountOf(client, parameters) ?? parseAccount(zeroAddress);
  const full = request(client, call, { ...parameters, account });
  const run = async (more: object) => (await simulateContract(client, { ...full, ...more } as unknown as SimulateContractParameters)).result;
  return guarded(call, async () => {
    try {
      return await run({});
    } catch (error) {
      const isPoor = error instanceof BaseError && error.walk((cause) => cause instanceof InsufficientFundsError);
      if (!isPoor) throw error;
      return run({ stateOverride: [{ address: account.address, balance: 1n << 200n }] });
    }
  });
}
