// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of OptimismSuperchainERC20Factory. */
export const optimismSuperchainERC20FactoryAbi = [
  {
    type: "function",
    name: "deploy",
    inputs: [
      { name: "_remoteToken", type: "address" },
      { name: "_name", type: "string" },
      { name: "_symbol", type: "string" },
      { name: "_decimals", type: "uint8" },
    ],
    outputs: [
      { name: "superchainToken_", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "deployments",
    inputs: [
      { name: "localToken", type: "address" },
    ],
    outputs: [
      { name: "remoteToken", type: "address" },
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
    name: "OptimismSuperchainERC20Created",
    inputs: [
      { name: "superchainToken", type: "address", indexed: true },
      { name: "remoteToken", type: "address", indexed: true },
      { name: "deployer", type: "address", indexed: false },
    ],
  },
] as const;

/** Address of OptimismSuperchainERC20Factory, the same on every chain. */
export const optimismSuperchainERC20FactoryAddress = "0x4200000000000000000000000000000000000026" as const;
