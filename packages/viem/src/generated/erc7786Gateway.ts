// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of ERC7786Gateway. */
export const erc7786GatewayAbi = [
  {
    type: "function",
    name: "deliverMessage",
    inputs: [
      { name: "_nonce", type: "uint256" },
      { name: "_sender", type: "address" },
      { name: "_recipient", type: "address" },
      { name: "_payload", type: "bytes" },
    ],
    outputs: [],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "sendMessage",
    inputs: [
      { name: "_recipient", type: "bytes" },
      { name: "_payload", type: "bytes" },
      { name: "_attributes", type: "bytes[]" },
    ],
    outputs: [
      { name: "sendId_", type: "bytes32" },
    ],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "supportsAttribute",
    inputs: [
      { name: "", type: "bytes4" },
    ],
    outputs: [
      { name: "", type: "bool" },
    ],
    stateMutability: "pure",
  },
  {
    type: "function",
    name: "version",
    inputs: [],
    outputs: [
      { name: "", type: "string" },
    ],
    stateMutability: "pure",
  },
  {
    type: "event",
    name: "MessageSent",
    inputs: [
      { name: "sendId", type: "bytes32", indexed: true },
      { name: "sender", type: "bytes", indexed: false },
      { name: "recipient", type: "bytes", indexed: false },
      { name: "payload", type: "bytes", indexed: false },
      { name: "value", type: "uint256", indexed: false },
      { name: "attributes", type: "bytes[]", indexed: false },
    ],
  },
  {
    type: "error",
    name: "AddressMissing",
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
    name: "InvalidCrossDomainSender",
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
] as const;

/** Address of ERC7786Gateway, the same on every chain. */
export const erc7786GatewayAddress = "0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1" as const;
