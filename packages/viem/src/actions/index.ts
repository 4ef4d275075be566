export type { BuildAccessListParameters, BuildAccessListReturnType } from "./buildAccessList.js";
export { buildAccessList } from "./buildAccessList.js";
export type { BuildExecutingMessageParameters, BuildExecutingMessageReturnType, ExecutingMessage } from "./buildExecutingMessage.js";
export { buildExecutingMessage } from "./buildExecutingMessage.js";
export type { GetCrossDomainMessagesParameters, GetCrossDomainMessagesReturnType } from "./getCrossDomainMessages.js";
export { getCrossDomainMessages } from "./getCrossDomainMessages.js";
export type { GetCrossDomainMessageStatusParameters, GetCrossDomainMessageStatusReturnType } from "./getCrossDomainMessageStatus.js";
export { getCrossDomainMessageStatus } from "./getCrossDomainMessageStatus.js";
export type { GetMessageStatusParameters, GetMessageStatusReturnType } from "./getMessageStatus.js";
export { getMessageStatus } from "./getMessageStatus.js";
export type {
  RelayCrossDomainMessageContractReturnType,
  RelayCrossDomainMessageParameters,
  RelayCrossDomainMessageReturnType,
} from "./relayCrossDomainMessage.js";
export { estimateRelayCrossDomainMessageGas, relayCrossDomainMessage, simulateRelayCrossDomainMessage } from "./relayCrossDomainMessage.js";
export type { CrossChainCall, SendCrossChainCallParameters, SendCrossChainCallReturnType } from "./sendCrossChainCall.js";
export { estimateSendCrossChainCallGas, sendCrossChainCall, simulateSendCrossChainCall } from "./sendCrossChainCall.js";
export type {
  SendCrossDomainMessageContractReturnType,
  SendCrossDomainMessageParameters,
  SendCrossDomainMessageReturnType,
} from "./sendCrossDomainMessage.js";
export { estimateSendCrossDomainMessageGas, sendCrossDomainMessage, simulateSendCrossDomainMessage } from "./sendCrossDomainMessage.js";
export type { SendETHContractReturnType, SendETHParameters, SendETHReturnType } from "./sendETH.js";
export { estimateSendETHGas, sendETH, simulateSendETH } from "./sendETH.js";
export type {
  SendSuperchainERC20ContractReturnType,
  SendSuperchainERC20Parameters,
  SendSuperchainERC20ReturnType,
} from "./sendSuperchainERC20.js";
export { estimateSendSuperchainERC20Gas, sendSuperchainERC20, simulateSendSuperchainERC20 } from "./sendSuperchainERC20.js";
export type { WaitForDeliveryParameters, WaitForDeliveryReturnType } from "./waitForDelivery.js";
export { waitForDelivery } from "./waitForDelivery.js";
export type { WatchCrossDomainMessagesParameters, WatchCrossDomainMessagesReturnType } from "./watchCrossDomainMessages.js";
export { watchCrossDomainMessages } from "./watchCrossDomainMessages.js";
