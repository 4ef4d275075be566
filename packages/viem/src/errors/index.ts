export type { InteropErrorParameters } from "./base.js";
export { InteropError } from "./base.js";
export { InvalidAccessListError, InvalidIdentifierError, InvalidPayloadError, MalformedBatchError } from "./codec.js";
export {
  DeliveryTimeoutError,
  MessageExpiredError,
  MessageFailedError,
  MessageNotFoundError,
  MessageReorgedError,
  SendingReplacedError,
  SendingRevertedError,
} from "./delivery.js";
export type { DecodedRevert } from "./revert.js";
export { AdmissionError, InteropExecutionError, decodeRevert, getInteropError } from "./revert.js";
export {
  DecimalsMismatchError,
  ExecutingMessagePendingLogError,
  InsufficientLiquidityError,
  InvalidDestinationChainError,
  InvalidDestinationError,
  NoContractError,
  SameChainError,
  SendingUnknownError,
  UndeliverableError,
  ZeroAmountError,
  ZeroGasPriceError,
  ZeroRecipientError,
} from "./sending.js";
