/**
 * OP Stack interop for viem: messages, calls and value between chains, with access lists, fees and waiting taken care of.
 *
 * @module
 */
export * from "./actions/index.js";
export * from "./codec/index.js";
export { contracts } from "./contracts.js";
export type { AnyClient, Destination, DestinationParameters, TransactionParameters, WriteParameters } from "./core/parameters.js";
export type { PublicActionsL2, PublicInteropActionsL2 } from "./decorators/publicL2.js";
export { publicActionsL2 } from "./decorators/publicL2.js";
export type { WalletActionsL2, WalletInteropActionsL2 } from "./decorators/walletL2.js";
export { walletActionsL2 } from "./decorators/walletL2.js";
export * from "./errors/index.js";
export * from "./generated/index.js";
export type {
  DeliveredStatus,
  ExpiredStatus,
  FailedStatus,
  InFlightStatus,
  MessageState,
  MessageStatus,
  PendingStatus,
  ReadyStatus,
  RelayerWord,
  ReorgedStatus,
} from "./status/types.js";
export type { CrossDomainMessage, Delivery, MessageContent, MessageIdentifier, MessagePayload, Safety } from "./types.js";
