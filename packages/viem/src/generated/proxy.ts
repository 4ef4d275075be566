// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of Proxy. */
export const proxyAbi = [
  {
    type: "constructor",
    inputs: [
      { name: "_admin", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  { type: "fallback", stateMutability: "payable" },
  { type: "receive", stateMutability: "payable" },
  {
    type: "function",
    name: "admin",
    inputs: [],
    outputs: [
      { name: "admin_", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "changeAdmin",
    inputs: [
      { name: "_admin", type: "address" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "implementation",
    inputs: [],
    outputs: [
      { name: "implementation_", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "upgradeTo",
    inputs: [
      { name: "_implementation", type: "address" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "upgradeToAndCall",
    inputs: [
      { name: "_implementation", type: "address" },
      { name: "_data", type: "bytes" },
    ],
    outputs: [
      { name: "returnData_", type: "bytes" },
    ],
    stateMutability: "payable",
  },
  {
    type: "event",
    name: "AdminChanged",
    inputs: [
      { name: "previousAdmin", type: "address", indexed: false },
      { name: "newAdmin", type: "address", indexed: false },
    ],
  },
  {
    type: "event",
    name: "Upgraded",
    inputs: [
      { name: "implementation", type: "address", indexed: true },
    ],
  },
] as const;
