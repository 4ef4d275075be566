// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.

/** ABI of IERC7802. */
export const ierc7802Abi = [
  {
    type: "function",
    name: "crosschainBurn",
    inputs: [
      { name: "_from", type: "address" },
      { name: "_amount", type: "uint256" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "crosschainMint",
    inputs: [
      { name: "_to", type: "address" },
      { name: "_amount", type: "uint256" },
    ],
    outputs: [],
    stateMutability: "nonpayable",
  },
  {
    type: "function",
    name: "supportsInterface",
    inputs: [
      { name: "_interfaceId", type: "bytes4" },
    ],
    outputs: [
      { name: "", type: "bool" },
    ],
    stateMutability: "view",
  },
  {
    type: "event",
    name: "CrosschainBurn",
    inputs: [
      { name: "from", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
      { name: "sender", type: "address", indexed: true },
    ],
  },
  {
    type: "event",
    name: "CrosschainMint",
    inputs: [
      { name: "to", type: "address", indexed: true },
      { name: "amount", type: "uint256", indexed: false },
      { name: "sender", type: "address", indexed: true },
    ],
  },
] as const;
