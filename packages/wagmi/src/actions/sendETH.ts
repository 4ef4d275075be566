import { sendETH as sendByClient } from "@causeway-interop/viem";
import type { Address, Hash } from "viem";
import type { Config } from "wagmi";
import { type RouteParameters, type TransactionParameters, routeOf, transferEnd } from "./route.js";

export type SendETHParameters<config extends Config = Config> = RouteParameters<config> &
  TransactionParameters & {
    /** How much, in wei. */
    value: bigint;
    /** Who gets it on the destination; the sending account, if left out. It is not called. */
    to?: Address | undefined;
  };

/** Hash of the transaction on the source. */
export type SendETHReturnType = Hash;

/**
 * Sends ETH to another chain, with the connected wallet. Before the wallet is asked, it is made sure that the destination can pay
 * it out.
 *
 * @example
 * const hash = await sendETH(config, { value: parseEther("1"), destination: 902 });
 */
export async function sendETH<config extends Config>(config: config, parameters: SendETHParameters<config>): Promise<SendETHReturnType> {
  const { chainId: _from, destination: _to, connector: _connector, account: _account, check: _check, ...transfer } = parameters;
  const route = await routeOf(config, parameters);
  const { wallet } = route;
  return sendByClient(wallet, { ...transfer, to: transfer.to ?? wallet.account.address, ...transferEnd(route), chain: wallet.chain });
}
