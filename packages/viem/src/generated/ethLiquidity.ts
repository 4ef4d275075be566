// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of ETHLiquidity. */
export const ethLiquidityAbi = [
  {
    type: "function",
    name: "burn",
    inputs: [],
    outputs: [],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "fund",
    inputs: [],
    outputs: [],
    stateMutability: "payable",
  },
  {
    type: "function",
    name: "mint",
    inputs: [
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
    name: "LiquidityBurned",
    inputs: [
      { name: "caller", type: "address", indexed: true },
      { name: "value", type: "uint256", indexed: false },
    ],
  },
  {
    type: "event",
    name: "LiquidityFunded",
    inputs: [
      { name: "funder", type: "address", indexed: true },
      { name: "value", type: "uint256", indexed: false },
    ],
  },
  {
    type: "event",
    name: "LiquidityMinted",
    inputs: [
      { name: "caller", type: "address", indexed: true },
      { name: "value", type: "uint256", indexed: false },
    ],
  },
  {
    type: "error",
    name: "InvalidAmount",
    inputs: [],
  },
  {
    type: "error",
    name: "Unauthorized",
    inputs: [],
  },
] as const;

/** Address of ETHLiquidity, the same on every chain. */
export const ethLiquidityAddress = "0x4200000000000000000000000000000000000025" as const;
