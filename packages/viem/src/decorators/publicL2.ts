import type { Abi, Account, Chain, Client, ContractFunctionName, Hash, Transport } from "viem";
import * as actions from "../actions/index.js";
import { interopOf } from "./interopOf.js";

type Mutability = "nonpayable" | "payable";

/** What `publicActionsL2` puts under `client.interop`. */
export type PublicInteropActionsL2<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
> = {
  /** See {@link actions.buildAccessList}. */
  buildAccessList: (parameters: actions.BuildAccessListParameters) => Promise<actions.BuildAccessListReturnType>;
  /** See {@link actions.buildExecutingMessage}. */
  buildExecutingMessage: (parameters: actions.BuildExecutingMessageParameters) => Promise<actions.BuildExecutingMessageReturnType>;
  /** See {@link actions.estimateRelayCrossDomainMessageGas}. */
  estimateRelayCrossDomainMessageGas: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.RelayCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<bigint>;
  /** See {@link actions.estimateSendCrossChainCallGas}. */
  estimateSendCrossChainCallGas: <
    const abi extends Abi | readonly unknown[],
    functionName extends ContractFunctionName<abi, Mutability>,
    chainOverride extends Chain | undefined = undefined,
  >(
    parameters: actions.SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
  ) => Promise<bigint>;
  /** See {@link actions.estimateSendCrossDomainMessageGas}. */
  estimateSendCrossDomainMessageGas: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<bigint>;
  /** See {@link actions.estimateSendETHGas}. */
  estimateSendETHGas: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendETHParameters<chain, account, chainOverride>,
  ) => Promise<bigint>;
  /** See {@link actions.estimateSendSuperchainERC20Gas}. */
  estimateSendSuperchainERC20Gas: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendSuperchainERC20Parameters<chain, account, chainOverride>,
  ) => Promise<bigint>;
  /** See {@link actions.getCrossDomainMessages}. */
  getCrossDomainMessages: (parameters: actions.GetCrossDomainMessagesParameters) => Promise<actions.GetCrossDomainMessagesReturnType>;
  /** See {@link actions.getCrossDomainMessageStatus}. */
  getCrossDomainMessageStatus: (parameters: actions.GetCrossDomainMessageStatusParameters) => Promise<actions.GetCrossDomainMessageStatusReturnType>;
  /** See {@link actions.getMessageStatus}. */
  getMessageStatus: (parameters: actions.GetMessageStatusParameters) => Promise<actions.GetMessageStatusReturnType>;
  /** See {@link actions.simulateRelayCrossDomainMessage}. */
  simulateRelayCrossDomainMessage: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.RelayCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<actions.RelayCrossDomainMessageContractReturnType>;
  /** See {@link actions.simulateSendCrossChainCall}. */
  simulateSendCrossChainCall: <
    const abi extends Abi | readonly unknown[],
    functionName extends ContractFunctionName<abi, Mutability>,
    chainOverride extends Chain | undefined = undefined,
  >(
    parameters: actions.SendCrossChainCallParameters<abi, functionName, chain, account, chainOverride>,
  ) => Promise<Hash>;
  /** See {@link actions.simulateSendCrossDomainMessage}. */
  simulateSendCrossDomainMessage: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendCrossDomainMessageParameters<chain, account, chainOverride>,
  ) => Promise<actions.SendCrossDomainMessageContractReturnType>;
  /** See {@link actions.simulateSendETH}. */
  simulateSendETH: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendETHParameters<chain, account, chainOverride>,
  ) => Promise<actions.SendETHContractReturnType>;
  /** See {@link actions.simulateSendSuperchainERC20}. */
  simulateSendSuperchainERC20: <chainOverride extends Chain | undefined = undefined>(
    parameters: actions.SendSuperchainERC20Parameters<chain, account, chainOverride>,
  ) => Promise<actions.SendSuperchainERC20ContractReturnType>;
  /** See {@link actions.waitForDelivery}. */
  waitForDelivery: (parameters: actions.WaitForDeliveryParameters) => Promise<actions.WaitForDeliveryReturnType>;
  /** See {@link actions.watchCrossDomainMessages}. */
  watchCrossDomainMessages: (parameters: actions.WatchCrossDomainMessagesParameters) => actions.WatchCrossDomainMessagesReturnType;
};

/** What `publicActionsL2` adds to a client. */
export type PublicActionsL2<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
> = {
  /** Reading actions of interop. */
  interop: PublicInteropActionsL2<chain, account>;
};

/**
 * Adds the reading actions of interop to a client, under `interop`.
 *
 * @example
 * const client = createPublicClient({ chain, transport: http() }).extend(publicActionsL2());
 * const messages = await client.interop.getCrossDomainMessages({ logs });
 */
export function publicActionsL2() {
  return <
    transport extends Transport,
    chain extends Chain | undefined = Chain | undefined,
    account extends Account | undefined = Account | undefined,
  >(
    client: Client<transport, chain, account>,
  ): PublicActionsL2<chain, account> => ({
    interop: {
      ...interopOf(client),
      buildAccessList: (parameters) => actions.buildAccessList(client, parameters),
      buildExecutingMessage: (parameters) => actions.buildExecutingMessage(client, parameters),
      estimateRelayCrossDomainMessageGas: (parameters) => actions.estimateRelayCrossDomainMessageGas(client, parameters),
      estimateSendCrossChainCallGas: (parameters) => actions.estimateSendCrossChainCallGas(client, parameters),
      estimateSendCrossDomainMessageGas: (parameters) => actions.estimateSendCrossDomainMessageGas(client, parameters),
      estimateSendETHGas: (parameters) => actions.estimateSendETHGas(client, parameters),
      estimateSendSuperchainERC20Gas: (parameters) => actions.estimateSendSuperchainERC20Gas(client, parameters),
      getCrossDomainMessages: (parameters) => actions.getCrossDomainMessages(client, parameters),
      getCrossDomainMessageStatus: (parameters) => actions.getCrossDomainMessageStatus(client, parameters),
      getMessageStatus: (parameters) => actions.getMessageStatus(client, parameters),
      simulateRelayCrossDomainMessage: (parameters) => actions.simulateRelayCrossDomainMessage(client, parameters),
      simulateSendCrossChainCall: (parameters) => actions.simulateSendCrossChainCall(client, parameters),
      simulateSendCrossDomainMessage: (parameters) => actions.simulateSendCrossDomainMessage(client, parameters),
      simulateSendETH: (parameters) => actions.simulateSendETH(client, parameters),
      simulateSendSuperchainERC20: (parameters) => actions.simulateSendSuperchainERC20(client, parameters),
      waitForDelivery: (parameters) => actions.waitForDelivery(client, parameters),
      watchCrossDomainMessages: (parameters) => actions.watchCrossDomainMessages(client, parameters),
    },
  });
}
