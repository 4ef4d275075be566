import { sendSuperchainERC20 } from "@causeway-interop/viem";
import type { Address, Hash } from "viem";
import type { Config } from "wagmi";
import { type RouteParameters, type TransactionParameters, routeOf, transferEnd } from "./route.js";

export type SendERC20Parameters<config extends Config = Config> = RouteParameters<config> &
  TransactionParameters & {
    /** Token to send: a SuperchainERC20, at the same address on every chain. */
    tokenAddress: Address;
    /** How much, in the token's base units. */
    amount: bigint;
    /** Who gets it on the destination; the sending account, if left out. */
    to?: Address | undefined;
  };

/** Hash of the transaction on the source. */
export type SendERC20ReturnType = Hash;

/**
 * Sends a token to another chain, with the connected wallet.
 *
 * Both ends are looked at before the wallet is asked: a token that is not there on the destination, or that mints nothing at
 * the moment, is an error, and nothing is sent.
 *
 * @example
 * const hash = await sendERC20(config, { tokenAddress, amount: 1000n, destination: 902 });
 */
export async function sendERC20<config extends Config>(config: config, parameters: SendERC20Parameters<config>): Promise<SendERC20ReturnType> {
  const { chainId: _from, destination: _to, connector: _connector, account: _account, check: _check, ...transfer } = parameters;
  const route = await routeOf(config, parameters);
  const { wallet } = route;
  return sendSuperchainERC20(wallet, { ...transfer, to: transfer.to ?? wallet.account.address, ...transferEnd(route), chain: wallet.chain });
}
