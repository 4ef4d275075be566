import { createRequire } from "node:module";
import { join } from "node:path";
import type { Hex } from "viem";
import { parseAbi } from "viem";
import { root } from "./processes.js";

const source = `
// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;
interface IMessenger { function crossDomainMessageContext() external view returns (address, uint256); }
error Refused(uint256 number, string why);
contract Counter {
  uint256 public number;
  bool public isClosed;
  address public lastSender;
  uint256 public lastSource;
  function increment() external { number += 1; (lastSender, lastSource) = IMessenger(msg.sender).crossDomainMessageContext(); }
  function set(uint256 to, string calldata why) external payable returns (uint256) {
    if (isClosed) revert Refused(to, why);
    number = to;
    return to;
  }
  function close(bool how) external { isClosed = how; }
}`;

/** ABI of a contract that is called across chains. */
export const counterAbi = parseAbi([
  "error Refused(uint256 number, string why)",
  "function number() view returns (uint256)",
  "function lastSender() view returns (address)",
  "function lastSource() view returns (uint256)",
  "function increment()",
  "function set(uint256 to, string why) payable returns (uint256)",
  "function close(bool how)",
]);

type Output = { contracts: { "Counter.sol": { Counter: { evm: { bytecode: { object: string } } } } } };

/** Its creation code. */
export function counterBytecode(): Hex {
  const solc = createRequire(join(root, "package.json"))("solc") as { compile: (input: string) => string };
  const settings = { optimizer: { enabled: true, runs: 200 }, outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { "Counter.sol": { content: source } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output;
  return `0x${output.contracts["Counter.sol"].Counter.evm.bytecode.object}`;
}
