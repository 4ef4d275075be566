// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of L2StandardBridgeInterop. */
export const l2StandardBridgeInteropAbi = [
  {
    type: "function",
    name: "convert",
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
    name: "version",
    inputs: [],
    outputs: [
      { name: "", type: "string" },
    ],
    stateMutability: "pure",
  },
  {
    type: "event",
    name: "Converted",
    inputs: [
      { name: "from", type: "address", indexed: true },
      { name: "to", type: "address", indexed: true },
      { name: "caller", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
    ],
  },
  {
    type: "error",
    name: "InvalidDecimals",
    inputs: [],
  },
  {
    type: "error",
    name: "InvalidLegacyERC20Address",
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
] as const;

/** Address of L2StandardBridgeInterop, the same on every chain. */
export const l2StandardBridgeInteropAddress = "0x4200000000000000000000000000000000000010" as const;
