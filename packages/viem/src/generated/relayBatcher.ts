// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of RelayBatcher. */
export const relayBatcherAbi = [
  {
    type: "function",
    name: "relayCompact",
    inputs: [
      { name: "_batch", type: "bytes" },
    ],
    outputs: [
      { name: "attempted_", type: "uint256" },
      {
        name: "",
        type: "tuple[]",
        components: [
          { name: "index", type: "uint256" },
          { name: "messageHash", type: "bytes32" },
          { name: "reason", type: "bytes" },
        ],
      },
    ],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "relayMessages",
    inputs: [
      { name: "_batch", type: "bytes" },
    ],
    outputs: [
      { name: "attempted_", type: "uint256" },
      {
        name: "",
        type: "tuple[]",
        components: [
          { name: "index", type: "uint256" },
          { name: "messageHash", type: "bytes32" },
          { name: "reason", type: "bytes" },
        ],
      },
    ],
    stateMutability: "payable",
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
    name: "BatchCutShort",
    inputs: [
      { name: "relayer", type: "address", indexed: true },
      { name: "attempted", type: "uint256", indexed: false },
      { name: "count", type: "uint256", indexed: false },
    ],
  },
  {
    type: "event",
    name: "RelayFailed",
    inputs: [
      { name: "relayer", type: "address", indexed: true },
      { name: "messageHash", type: "bytes32", indexed: true },
      { name: "index", type: "uint256", indexed: false },
      { name: "reason", type: "bytes", indexed: false },
    ],
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
    name: "MalformedBatch",
    inputs: [],
  },
  {
    type: "error",
    name: "RefundRefused",
    inputs: [],
  },
] as const;

/** Address of RelayBatcher, the same on every chain. */
export const relayBatcherAddress = "0xb2eF36769423E4C6DE725A11B0Fe9326F265b772" as const;
