// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** Every error of these contracts. */
export const interopErrorsAbi = [
  {
    type: "error",
    name: "AddressMissing",
    inputs: [],
  },
  {
    type: "error",
    name: "AllowanceOverflow",
    inputs: [],
  },
  {
    type: "error",
    name: "AllowanceUnderflow",
    inputs: [],
  },
  {
    type: "error",
    name: "AlreadyInitialized",
    inputs: [],
  },
  {
    type: "error",
    name: "BlockNumberTooHigh",
    inputs: [],
  },
  {
    type: "error",
    name: "ChainReferenceMissing",
    inputs: [],
  },
  {
    type: "error",
    name: "ChainReferenceNotCanonical",
    inputs: [],
  },
  {
    type: "error",
    name: "ChainReferenceTooLong",
    inputs: [
      { name: "length", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "CrossL2Inbox_NoExecutingDeposits",
    inputs: [],
  },
  {
    type: "error",
    name: "EventPayloadNotSentMessage",
    inputs: [],
  },
  {
    type: "error",
    name: "IdOriginNotL2ToL2CrossDomainMessenger",
    inputs: [],
  },
  {
    type: "error",
    name: "InsufficientAllowance",
    inputs: [],
  },
  {
    type: "error",
    name: "InsufficientBalance",
    inputs: [],
  },
  {
    type: "error",
    name: "InsufficientValue",
    inputs: [
      { name: "required", type: "uint256" },
      { name: "provided", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "InteropAddressTooLong",
    inputs: [
      { name: "trailing", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "InteropAddressTooShort",
    inputs: [
      { name: "length", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "InvalidAddressLength",
    inputs: [
      { name: "length", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "InvalidAmount",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidCrossDomainSender",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidDecimals",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidERC7802",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidInitialization",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidLegacyERC20Address",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidMessage",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidPermit",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidSuperchainERC20Address",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidTokenPair",
    inputs: [],
  },
  {
    type: "error",
    name: "LogIndexTooHigh",
    inputs: [],
  },
  {
    type: "error",
    name: "MalformedBatch",
    inputs: [],
  },
  {
    type: "error",
    name: "MessageAlreadyRelayed",
    inputs: [],
  },
  {
    type: "error",
    name: "MessageDestinationNotRelayChain",
    inputs: [],
  },
  {
    type: "error",
    name: "MessageDestinationSameChain",
    inputs: [],
  },
  {
    type: "error",
    name: "MessageNotAccepted",
    inputs: [
      { name: "recipient", type: "address" },
    ],
  },
  {
    type: "error",
    name: "MessageTargetL2ToL2CrossDomainMessenger",
    inputs: [],
  },
  {
    type: "error",
    name: "NewOwnerIsZeroAddress",
    inputs: [],
  },
  {
    type: "error",
    name: "NoHandoverRequest",
    inputs: [],
  },
  {
    type: "error",
    name: "NotEntered",
    inputs: [],
  },
  {
    type: "error",
    name: "NotInAccessList",
    inputs: [],
  },
  {
    type: "error",
    name: "Permit2AllowanceIsFixedAtInfinity",
    inputs: [],
  },
  {
    type: "error",
    name: "PermitExpired",
    inputs: [],
  },
  {
    type: "error",
    name: "RecipientCannotReceive",
    inputs: [
      { name: "recipient", type: "address" },
    ],
  },
  {
    type: "error",
    name: "RecipientWithoutCode",
    inputs: [
      { name: "recipient", type: "address" },
    ],
  },
  {
    type: "error",
    name: "ReentrantCall",
    inputs: [],
  },
  {
    type: "error",
    name: "RefundRefused",
    inputs: [],
  },
  {
    type: "error",
    name: "SupplyWithoutOwner",
    inputs: [],
  },
  {
    type: "error",
    name: "TimestampTooHigh",
    inputs: [],
  },
  {
    type: "error",
    name: "TotalSupplyOverflow",
    inputs: [],
  },
  {
    type: "error",
    name: "Unauthorized",
    inputs: [],
  },
  {
    type: "error",
    name: "UnsupportedAttribute",
    inputs: [
      { name: "selector", type: "bytes4" },
    ],
  },
  {
    type: "error",
    name: "UnsupportedChainType",
    inputs: [
      { name: "chainType", type: "bytes2" },
    ],
  },
  {
    type: "error",
    name: "UnsupportedInteropAddressVersion",
    inputs: [
      { name: "version", type: "uint16" },
    ],
  },
  {
    type: "error",
    name: "ValueNotSupported",
    inputs: [
      { name: "value", type: "uint256" },
    ],
  },
  {
    type: "error",
    name: "ZeroAddress",
    inputs: [],
  },
] as const;
