// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of SuperchainTokenBridge. */
export const superchainTokenBridgeAbi = [
  {
    type: "function",
    name: "relayERC20",
    inputs: [
      { name: "_token", type: "address" },
      { name: "_from", type: "address" },
      { name: "_to", type: "address" },
      { name: "_amount", type: "uint256" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "sendERC20",
    inputs: [
      { name: "_token", type: "address" },
      { name: "_to", type: "address" },
      { name: "_amount", type: "uint256" },
      { name: "_chainId", type: "uint256" },
    ],
    outputs: [
      { name: "msgHash_", type: "bytes32" },
    ],
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
    name: "RelayERC20",
    inputs: [
      { name: "token", type: "address", indexed: true },
      { name: "from", type: "address", indexed: true },
      { name: "to", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
      { name: "source", type: "uint256", indexed: false },
    ],
  },
  {
    type: "event",
    name: "SendERC20",
    inputs: [
      { name: "token", type: "address", indexed: true },
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
    name: "InvalidERC7802",
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

/** Address of SuperchainTokenBridge, the same on every chain. */
export const superchainTokenBridgeAddress = "0x4200000000000000000000000000000000000028" as const;
