import { type CrossChainCall, sendCrossChainCall as sendByClient } from "@causeway-interop/viem";
import type { Abi, Address, ContractFunctionName, Hash } from "viem";
import type { Config } from "wagmi";
import { type RouteParameters, type TransactionParameters, routeOf } from "./route.js";

type Mutability = "nonpayable" | "payable";

export type SendCrossChainCallParameters<
  abi extends Abi | readonly unknown[] = Abi,
  functionName extends ContractFunctionName<abi, Mutability> = ContractFunctionName<abi, Mutability>,
  config extends Config = Config,
> = CrossChainCall<abi, functionName> &
  RouteParameters<config> &
  TransactionParameters & {
    /** Contract to call on the destination. */
    target: Address;
  };

/** Hash of the transaction on the source. */
export type SendCrossChainCallReturnType = Hash;

/**
 * Calls a contract on another chain, with the connected wallet. Before the wallet is asked, it is made sure that the contract is
 * there.
 *
 * @example
 * const hash = await sendCrossChainCall(config, { abi, functionName: "increment", args: [1n], target, destination: 902 });
 */
export async function sendCrossChainCall<
  const abi extends Abi | readonly unknown[],
  functionName extends ContractFunctionName<abi, Mutability>,
  config extends Config,
>(config: config, parameters: SendCrossChainCallParameters<abi, functionName, config>): Promise<SendCrossChainCallReturnType> {
  const { chainId: _from, destination: _to, connector: _connector, account: _account, check: _check, ...call } =
    parameters as SendCrossChainCallParameters;
  const { wallet, checked } = await routeOf(config, parameters as RouteParameters);
  return sendByClient(wallet, { ...call, destination: checked, chain: wallet.chain } as Parameters<typeof sendByClient>[1]);
}
