// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of ProxyAdmin. */
export const proxyAdminAbi = [
  {
    type: "constructor",
    inputs: [
      { name: "_owner", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "changeProxyAdmin",
    inputs: [
      { name: "_proxy", type: "address" },
      { name: "_newAdmin", type: "address" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "getProxyAdmin",
    inputs: [
      { name: "_proxy", type: "address" },
    ],
    outputs: [
      { name: "", type: "address" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "getProxyImplementation",
    inputs: [
      { name: "_proxy", type: "address" },
    ],
    outputs: [
      { name: "", type: "address" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "owner",
    inputs: [],
    outputs: [
      { name: "", type: "address" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "transferOwnership",
    inputs: [
      { name: "_newOwner", type: "address" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "upgrade",
    inputs: [
      { name: "_proxy", type: "address" },
      { name: "_implementation", type: "address" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "upgradeAndCall",
    inputs: [
      { name: "_proxy", type: "address" },
      { name: "_implementation", type: "address" },
      { name: "_data", type: "bytes" },
    ],
    outputs: [],
    stateMutability: "payable",
  },
  {
    type: "event",
    name: "OwnershipTransferred",
    inputs: [
      { name: "previousOwner", type: "address", indexed: true },
      { name: "newOwner", type: "address", indexed: true },
    ],
  },
  {
    type: "error",
    name: "Unauthorized",
    inputs: [],
  },
  {
    type: "error",
    name: "ZeroAddress",
    inputs: [],
  },
] as const;

/** Address of ProxyAdmin, the same on every chain. */
export const proxyAdminAddress = "0x4200000000000000000000000000000000000018" as const;
