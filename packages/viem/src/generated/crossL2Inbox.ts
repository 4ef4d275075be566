// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of CrossL2Inbox. */
export const crossL2InboxAbi = [
  {
    type: "function",
    name: "calculateChecksum",
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
      { name: "_msgHash", type: "bytes32" },
    ],
    outputs: [
      { name: "checksum_", type: "bytes32" },
    ],
    stateMutability: "pure",
  },
  {
    type: "function",
    name: "validateMessage",
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
      { name: "_msgHash", type: "bytes32" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
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
    name: "ExecutingMessage",
    inputs: [
      { name: "msgHash", type: "bytes32", indexed: true },
      {
        name: "id",
        type: "tuple",
        indexed: false,
        components: [
          { name: "origin", type: "address" },
          { name: "blockNumber", type: "uint256" },
          { name: "logIndex", type: "uint256" },
          { name: "timestamp", type: "uint256" },
          { name: "chainId", type: "uint256" },
        ],
      },
    ],
  },
  {
    type: "error",
    name: "BlockNumberTooHigh",
    inputs: [],
  },
  {
    type: "error",
    name: "CrossL2Inbox_NoExecutingDeposits",
    inputs: [],
  },
  {
    type: "error",
    name: "LogIndexTooHigh",
    inputs: [],
  },
  {
    type: "error",
    name: "NotInAccessList",
    inputs: [],
  },
  {
    type: "error",
    name: "TimestampTooHigh",
    inputs: [],
  },
] as const;

/** Address of CrossL2Inbox, the same on every chain. */
export const crossL2InboxAddress = "0x4200000000000000000000000000000000000022" as const;
