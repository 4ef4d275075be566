/**
 * OP Stack interop for wagmi: React hooks.
 *
 * @module
 */
export { ChainNotConfiguredError } from "./actions/route.js";
export type { ConfigParameter, MutationParameter, QueryParameter } from "./hooks/options.js";
export type { UseMessageStatusParameters, UseMessageStatusReturnType } from "./hooks/useMessageStatus.js";
export { useMessageStatus } from "./hooks/useMessageStatus.js";
export type {
  SendCrossChainCallMutate,
  UseSendCrossChainCallParameters,
  UseSendCrossChainCallReturnType,
} from "./hooks/useSendCrossChainCall.js";
export { useSendCrossChainCall } from "./hooks/useSendCrossChainCall.js";
export type { UseSendERC20Parameters, UseSendERC20ReturnType } from "./hooks/useSendERC20.js";
export { useSendERC20 } from "./hooks/useSendERC20.js";
export type { UseSendETHParameters, UseSendETHReturnType } from "./hooks/useSendETH.js";
export { useSendETH } from "./hooks/useSendETH.js";
export type { UseWaitForDeliveryParameters, UseWaitForDeliveryReturnType } from "./hooks/useWaitForDelivery.js";
export { useWaitForDelivery } from "./hooks/useWaitForDelivery.js";
