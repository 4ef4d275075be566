import type { Abi, Account, Chain, Client, ContractFunctionName, Transport } from "viem";
import * as actions from "../actions/index.js";
import { interopOf } from "./interopOf.js";

type Mutability = "nonpayable" | "payable";

/** What `walletActionsL2` puts under `client.interop`. */
export type WalletInteropActionsL2<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
> = {
  /** See {@link actions.relayCrossDomainMessage}. */
  relayCrossDomainMessage: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.RelayCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<actions.RelayCrossDomainMessageReturnType>;
  /** See {@link actions.sendCrossChainCall}. */
  sendCrossChainCall: <
    const abi extends Abi | readonly unknown[],
    functionName extends ContractFunctionName<abi, Mutability>,
    chainOverride extends Chain | undefined = undefined,
  >(
    parameters: actions.SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
  ) => Promise<actions.SendCrossChainCallReturnType>;
  /** See {@link actions.sendCrossDomainMessage}. */
  sendCrossDomainMessage: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<actions.SendCrossDomainMessageReturnType>;
  /** See {@link actions.sendETH}. */
  sendETH: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendETHParameters<chain, account, chainOverride>,
  ) => Promise<actions.SendETHReturnType>;
  /** See {@link actions.sendSuperchainERC20}. */
  sendSuperchainERC20: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendSuperchainERC20Parameters<chain, account, chainOverride>,
  ) => Promise<actions.SendSuperchainERC20ReturnType>;
};

/** What `walletActionsL2` adds to a client. */
export type WalletActionsL2<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
> = {
  /** Writing actions of interop. */
  interop: WalletInteropActionsL2<chain, account>;
};

/**
 * Adds the writing actions of interop to a client, under `interop`.
 *
 * @example
 * const wallet = createWalletClient({ account, chain, transport: http() }).extend(walletActionsL2());
 * const hash = await wallet.interop.sendETH({ to, value: 1n, chainId: 902 });
 */
export function walletActionsL2() {
  return <
    transport extends Transport,
    chain extends Chain | undefined = Chain | undefined,
    account extends Account | undefined = Account | undefined,
  >(
    client: Client<transport, chain, account>,
  ): WalletActionsL2<chain, account> => ({
    interop: {
      ...interopOf(client),
      relayCrossDomainMessage: (parameters) => actions.relayCrossDomainMessage(client, parameters),
      sendCrossChainCall: (parameters) => actions.sendCrossChainCall(client, parameters),
      sendCrossDomainMessage: (parameters) => actions.sendCrossDomainMessage(client, parameters),
      sendETH: (parameters) => actions.sendETH(client, parameters),
      sendSuperchainERC20: (parameters) => actions.sendSuperchainERC20(client, parameters),
    },
  });
}
