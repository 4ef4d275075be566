/**
 * What the hooks do, as functions of a wagmi configuration: for event handlers, and for those who use wagmi without React.
 *
 * @module
 */
export type { GetMessageStatusParameters, GetMessageStatusReturnType, MessageRoute } from "./getMessageStatus.js";
export { getMessageStatus } from "./getMessageStatus.js";
export type { ChainIdOf, RouteParameters, TransactionParameters } from "./route.js";
export { ChainNotConfiguredError } from "./route.js";
export type { SendCrossChainCallParameters, SendCrossChainCallReturnType } from "./sendCrossChainCall.js";
export { sendCrossChainCall } from "./sendCrossChainCall.js";
export type { SendERC20Parameters, SendERC20ReturnType } from "./sendERC20.js";
export { sendERC20 } from "./sendERC20.js";
export type { SendETHParameters, SendETHReturnType } from "./sendETH.js";
export { sendETH } from "./sendETH.js";
export type { WaitForDeliveryParameters, WaitForDeliveryReturnType } from "./waitForDelivery.js";
export { waitForDelivery } from "./waitForDelivery.js";
