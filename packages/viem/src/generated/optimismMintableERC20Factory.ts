// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of OptimismMintableERC20Factory. */
export const optimismMintableERC20FactoryAbi = [
  {
    type: "function",
    name: "BRIDGE",
    inputs: [],
    outputs: [
      { name: "", type: "address" },
    ],
    stateMutability: "view",
  },
  {
    type: "function",
    name: "bridge",
    inputs: [],
    outputs: [
      { name: "", type: "address" },
    ],
    stateMutability: "pure",
  },
  {
    type: "function",
    name: "createOptimismMintableERC20",
    inputs: [
      { name: "_remoteToken", type: "address" },
      { name: "_name", type: "string" },
      { name: "_symbol", type: "string" },
    ],
    outputs: [
      { name: "localToken_", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "createOptimismMintableERC20WithDecimals",
    inputs: [
      { name: "_remoteToken", type: "address" },
      { name: "_name", type: "string" },
      { name: "_symbol", type: "string" },
      { name: "_decimals", type: "uint8" },
    ],
    outputs: [
      { name: "localToken_", type: "address" },
    ],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "createStandardL2Token",
    inputs: [
      { name: "_remoteToken", type: "address" },
      { name: "_name", type: "string" },
      { name: "_symbol", type: "string" },
    ],
    outputs: [
      { name: "localToken_", type: "address" },
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
    name: "OptimismMintableERC20Created",
    inputs: [
      { name: "localToken", type: "address", indexed: true },
      { name: "remoteToken", type: "address", indexed: true },
      { name: "deployer", type: "address", indexed: false },
    ],
  },
  {
    type: "event",
    name: "StandardL2TokenCreated",
    inputs: [
      { name: "remoteToken", type: "address", indexed: true },
      { name: "localToken", type: "address", indexed: true },
    ],
  },
] as const;

/** Address of OptimismMintableERC20Factory, the same on every chain. */
export const optimismMintableERC20FactoryAddress = "0x4200000000000000000000000000000000000012" as const;
