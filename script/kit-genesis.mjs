#!/usr/bin/env node
// Makes the contracts that every chain of the Solidity test kit starts with: `node script/kit-genesis.mjs` writes
// contracts/kit/GenesisContracts.sol and GenesisCreateX.sol, and CreationCode.sol for scripts that deploy; with `--check` it
// compares them with the committed ones and fails if they differ. What stands where is in snapshots/genesis.json (`make genesis-layout`), the code in the artifacts
// (script/artifacts.mjs) and the preinstalls: the kit has bytecode, so that it is the same whatever a dapp compiles with.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { getAddress, keccak256 } from "viem";

const root = fileURLToPath(new URL("..", import.meta.url));
const layout = join("snapshots", "genesis.json");
const folder = join("contracts", "kit");

/** Preinstalls that a chain of the kit has. `GenesisCreateX.sol` is apart for its licence. */
const carried = ["Create2Deployer", "CreateX", "Multicall3", "Permit2", "SafeSingletonFactory"];

/** Preinstalls that it has not, and why. A new one belongs to one of the two lists. */
const leftOut = {
  BeaconBlockRoots: "whoever builds blocks fills it",
  DeterministicDeploymentProxy: "forge has it",
  EntryPointV06: "large",
  EntryPointV07: "large",
  HistoryStorage: "whoever builds blocks fills it",
  MultiSend: "nothing without Safe",
  MultiSendCallOnly: "nothing without Safe",
  Safe: "large",
  SafeL2: "large",
  SenderCreatorV06: "nothing without EntryPointV06",
  SenderCreatorV07: "nothing without EntryPointV07",
};

const json = (path) => {
  if (!existsSync(join(root, path))) fail([`error: ${path} is missing`, "", "hint: make genesis-layout artifacts"]);
  return JSON.parse(readFileSync(join(root, path), "utf8"));
};
const artifact = (name) => json(join("crates", "bindings", "artifacts", `${name}.json`)).deployedBytecode;
const preinstall = (name) => json(join("crates", "deploy", "preinstalls", `${name}.json`)).runtime;

/** A contract's place, its nonce and the Solidity function that has its code. */
function codeOf({ name, role, address, nonce }) {
  const code = role === "preinstall" ? preinstall(name) : artifact(name);
  return { name, place: getAddress(address), nonce, code: code.slice(2), apart: name === "CreateX" };
}

const contracts = json(layout);
const ofRole = (...roles) => contracts.filter(({ role }) => roles.includes(role));
for (const { name } of ofRole("preinstall")) {
  if (!carried.includes(name) && !(name in leftOut)) fail([`error: nobody has said whether the kit has ${name}`, "", "hint: the lists in script/kit-genesis.mjs"]);
}
const codes = contracts
  .filter(({ name, role }) => !["proxy", "absent"].includes(role) && (role !== "preinstall" || carried.includes(name)))
  .map(codeOf);
const proxies = ofRole("proxy").map(({ address }) => getAddress(address));
const absent = ofRole("absent").map(({ name, address }) => ({ name, place: getAddress(address) }));

const made = "// Made by `make artifacts` (script/kit-genesis.mjs). Not for reading.";
const functionOf = ({ name, code }) =>
  `    function ${name}() internal pure returns (bytes memory) {\n        return hex"${code}";\n    }\n`;

/** Contracts that anyone deploys by CREATE2. Their address depends on these bytes, so a dapp must not compile its own. */
const deployed = ["ERC7786Gateway", "OwnedSuperchainERC20", "RelayBatcher"].map((name) => {
  const { bytecode, deployedBytecode } = json(join("crates", "bindings", "artifacts", `${name}.json`));
  return { name, code: bytecode.slice(2), constant: name.replace(/(?<=[a-z])(?=[A-Z0-9])/g, "_").toUpperCase(), hash: keccak256(deployedBytecode) };
});
const hashOf = ({ name, constant, hash }) =>
  `    /// @notice Hash of the code that ${name} has, on every chain.\n    bytes32 internal constant ${constant}_CODE_HASH = ${hash};\n`;

const files = {
  "CreationCode.sol": `// SPDX-License-Identifier: MIT
${made}
pragma solidity ^0.8.24;

// forgefmt: disable-start

/// @notice What creates the contracts that stand at a CREATE2 address of their own, without constructor arguments.
library CreationCode {
${deployed.map(hashOf).join("\n")}
    // forge-lint: disable-start(mixed-case-function)

${deployed.map(functionOf).join("\n")}    // forge-lint: disable-end(mixed-case-function)
}
`,
  "GenesisCreateX.sol": `// SPDX-License-Identifier: AGPL-3.0-only
${made}
pragma solidity ^0.8.24;

// forgefmt: disable-start

/// @notice Code of CreateX, which is under a licence of its own.
library GenesisCreateX {
    // forge-lint: disable-start(mixed-case-function)
${codes.filter(({ apart }) => apart).map(functionOf).join("\n")}    // forge-lint: disable-end(mixed-case-function)
}
`,
  "GenesisContracts.sol": `// SPDX-License-Identifier: MIT
${made}
pragma solidity ^0.8.24;

import { GenesisCreateX } from "./GenesisCreateX.sol";

// forgefmt: disable-start

/// @notice A contract that stands at its address itself.
struct GenesisCode {
    address account;
    uint64 nonce;
    bytes code;
}

/// @notice What a chain starts with. The third parties' contracts are under the MIT licence, too.
library GenesisContracts {
    // forge-lint: disable-start(mixed-case-function)

    /// @notice Contracts other than proxies.
    function codes() internal pure returns (GenesisCode[] memory codes_) {
        codes_ = new GenesisCode[](${codes.length});
${codes.map(({ name, place, nonce, apart }, index) => `        codes_[${index}] = GenesisCode({ account: ${place}, nonce: ${nonce}, code: ${apart ? "GenesisCreateX." : ""}${name}() });\n`).join("")}    }

    /// @notice Predeploys that stand behind a proxy.
    function proxies() internal pure returns (address[] memory proxies_) {
        proxies_ = new address[](${proxies.length});
${proxies.map((place, index) => `        proxies_[${index}] = ${place};\n`).join("")}    }

    /// @notice Places of the OP Stack's predeploys that are not there.
    function absent() internal pure returns (address[] memory absent_) {
        absent_ = new address[](${absent.length});
${absent.map(({ name, place }, index) => `        absent_[${index}] = ${place}; // ${name}\n`).join("")}    }

${[...codes.filter(({ apart }) => !apart), { name: "Proxy", code: artifact("Proxy").slice(2) }].map(functionOf).join("\n")}    // forge-lint: disable-end(mixed-case-function)
}
`,
};

function fail(lines) {
  console.error(lines.join("\n"));
  process.exit(1);
}

const differing = Object.entries(files).filter(([file, text]) => {
  const path = join(root, folder, file);
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
});
if (process.argv.includes("--check")) {
  if (differing.length) {
    const problems = differing.map(([file]) => `error: ${join(folder, file)} is not made of ${layout} and the artifacts`);
    fail([...problems, "", "hint: make artifacts"]);
  }
} else {
  for (const [file, text] of differing) writeFileSync(join(root, folder, file), text);
}
