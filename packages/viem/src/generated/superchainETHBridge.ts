// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of SuperchainETHBridge. */
export const superchainETHBridgeAbi = [
  { type: "receive", stateMutability: "payable" },
  {
    type: "function",
    name: "relayETH",
    inputs: [
      { name: "_from", type: "address" },
      { name: "_to", type: "address" },
      { name: "_amount", type: "uint256" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "sendETH",
    inputs: [
      { name: "_to", type: "address" },
      { name: "_chainId", type: "uint256" },
    ],
    outputs: [
      { name: "msgHash_", type: "bytes32" },
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
    name: "RelayETH",
    inputs: [
      { name: "from", type: "address", indexed: true },
      { name: "to", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
      { name: "source", type: "uint256", indexed: false },
    ],
  },
  {
    type: "event",
    name: "SendETH",
    inputs: [
      { name: "from", type: "address", indexed: true },
      { name: "to", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
      { name: "destination", type: "uint256", indexed: false },
    ],
  },
  {
    type: "error",
    name: "InvalidCrossDomainSender",
    inputs: [],
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

/** Address of SuperchainETHBridge, the same on every chain. */
export const superchainETHBridgeAddress = "0x4200000000000000000000000000000000000024" as const;
