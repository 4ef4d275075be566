// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of OptimismSuperchainERC20Beacon. */
export const optimismSuperchainERC20BeaconAbi = [
  {
    type: "function",
    name: "implementation",
    inputs: [],
    outputs: [
      { name: "", type: "address" },
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
] as const;

/** Address of OptimismSuperchainERC20Beacon, the same on every chain. */
export const optimismSuperchainERC20BeaconAddress = "0x4200000000000000000000000000000000000027" as const;
