// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of L2ToL2CrossDomainMessenger. */
export const l2ToL2CrossDomainMessengerAbi = [
  {
    type: "function",
    name: "crossDomainMessageContext",
    inputs: [],
    outputs: [
      { name: "sender_", type: "address" },
      { name: "source_", type: "uint256" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "crossDomainMessageSender",
    inputs: [],
    outputs: [
      { name: "sender_", type: "address" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "crossDomainMessageSource",
    inputs: [],
    outputs: [
      { name: "source_", type: "uint256" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "messageNonce",
    inputs: [],
    outputs: [
      { name: "", type: "uint256" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "messageVersion",
    inputs: [],
    outputs: [
      { name: "", type: "uint16" },
    ],
    stateMutability: "pure",
  },
  {
    type: "function",
    name: "relayMessage",
    inputs: [
      {
        name: "_id",
        type: "tuple",
        components: [
          { name: "origin", type: "address" },
          { name: "blockNumber", type: "uint256" },
          { name: "logIndex", type: "uint256" },
          { name: "timestamp", type: "uint256" },
          { name: "chainId", type: "uint256" },
        ],
      },
      { name: "_sentMessage", type: "bytes" },
    ],
    outputs: [
      { name: "returnData_", type: "bytes" },
    ],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "resendMessage",
    inputs: [
      { name: "_destination", type: "uint256" },
      { name: "_nonce", type: "uint256" },
      { name: "_sender", type: "address" },
      { name: "_target", type: "address" },
      { name: "_message", type: "bytes" },
    ],
    outputs: [
      { name: "messageHash_", type: "bytes32" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "sendMessage",
    inputs: [
      { name: "_destination", type: "uint256" },
      { name: "_target", type: "address" },
      { name: "_message", type: "bytes" },
    ],
    outputs: [
      { name: "messageHash_", type: "bytes32" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "sentMessages",
    inputs: [
      { name: "", type: "uint256" },
    ],
    outputs: [
      { name: "", type: "bytes32" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "successfulMessages",
    inputs: [
      { name: "", type: "bytes32" },
    ],
    outputs: [
      { name: "", type: "bool" },
    ],
    stateMutability: "view",
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
    name: "RelayedMessage",
    inputs: [
      { name: "source", type: "uint256", indexed: true },
      { name: "messageNonce", type: "uint256", indexed: true },
      { name: "messageHash", type: "bytes32", indexed: true },
      { name: "returnDataHash", type: "bytes32", indexed: false },
    ],
  },
  {
    type: "event",
    name: "SentMessage",
    inputs: [
      { name: "destination", type: "uint256", indexed: true },
      { name: "target", type: "address", indexed: true },
      { name: "messageNonce", type: "uint256", indexed: true },
      { name: "sender", type: "address", indexed: false },
      { name: "message", type: "bytes", indexed: false },
    ],
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
    name: "InvalidMessage",
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
    name: "MessageTargetL2ToL2CrossDomainMessenger",
    inputs: [],
  },
  {
    type: "error",
    name: "NotEntered",
    inputs: [],
  },
  {
    type: "error",
    name: "ReentrantCall",
    inputs: [],
  },
] as const;

/** Address of L2ToL2CrossDomainMessenger, the same on every chain. */
export const l2ToL2CrossDomainMessengerAddress = "0x4200000000000000000000000000000000000023" as const;
