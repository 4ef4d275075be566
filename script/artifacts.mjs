#!/usr/bin/env node
// Trims forge's artifacts to what the bindings need: `node script/artifacts.mjs` writes them,
// with `--check` it compares them with the committed ones and fails if they differ. Run `forge build` first.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join("crates", "bindings", "artifacts");
const remedy = "make artifacts";

const contracts = [
  "CrossL2Inbox",
  "ERC7786Gateway",
  "ETHLiquidity",
  "L2NativeSuperchainERC20",
  "L2StandardBridgeInterop",
  "L2ToL2CrossDomainMessenger",
  "OptimismMintableERC20",
  "OptimismMintableERC20Factory",
  "OptimismSuperchainERC20",
  "OptimismSuperchainERC20Beacon",
  "OptimismSuperchainERC20Factory",
  "OwnedSuperchainERC20",
  "Proxy",
  "ProxyAdmin",
  "RelayBatcher",
  "SuperchainETHBridge",
  "SuperchainTokenBridge",
  "WETH",
];
/** Abstract contracts and interfaces: they have an ABI and no code. */
const abis = ["IERC7802", "SuperchainERC20"];

/** Reads what forge made of contract `name`. */
function compiled(name) {
  const path = join(root, "out", `${name}.sol`, `${name}.json`);
  if (!existsSync(path)) fail([`error: ${name} is not compiled`, "", "hint: forge build"]);
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Bytecode as 0x hex. An unlinked library would leave a placeholder, which nobody could deploy. */
function hex(name, bytecode) {
  // `forge lint` on changed files leaves artifacts without code behind, which forge then takes for built.
  if (!bytecode) fail([`error: the artifact of ${name} has no bytecode`, "", "hint: forge build --force"]);
  const { object } = bytecode;
  const code = object.startsWith("0x") ? object : `0x${object}`;
  if (!/^0x([0-9a-f]{2})+$/.test(code)) fail([`error: the bytecode of ${name} is empty or not linked`]);
  return code;
}

/** Storage layout without the compiler's internal numbers, so that unrelated edits do not change it. */
function layout({ storage, types }) {
  return storage.map(({ label, slot, offset, type }) => ({ label, slot, offset, type: types[type].label }));
}

/** Places of immutables in the deployed code, in order; null if there are none. */
function immutables({ immutableReferences = {} }) {
  const places = Object.values(immutableReferences).flat();
  return places.length ? places.sort((a, b) => a.start - b.start) : null;
}

/** What the contract's authors wrote, and what compiled it: for the documentation of the bindings. */
function origin(rawMetadata) {
  // forge's `metadata` leaves out the documentation of events, errors and the whole.
  const { compiler, output, settings } = JSON.parse(rawMetadata);
  return {
    compiler,
    output: { devdoc: output.devdoc, userdoc: output.userdoc },
    settings: { compilationTarget: settings.compilationTarget },
  };
}

function trim(name) {
  const { abi, bytecode, deployedBytecode, storageLayout, rawMetadata } = compiled(name);
  if (abis.includes(name)) return { contractName: name, metadata: origin(rawMetadata), abi };

  const artifact = {
    contractName: name,
    metadata: origin(rawMetadata),
    abi,
    bytecode: hex(name, bytecode),
    deployedBytecode: hex(name, deployedBytecode),
    storageLayout: layout(storageLayout),
  };
  const references = immutables(deployedBytecode);
  return references ? { ...artifact, immutableReferences: references } : artifact;
}

function fail(lines) {
  console.error(lines.join("\n"));
  process.exit(1);
}

const wanted = new Map(
  [...contracts, ...abis].map((name) => [`${name}.json`, `${JSON.stringify(trim(name), null, 2)}\n`]),
);

if (process.argv.includes("--check")) {
  const present = existsSync(join(root, target)) ? readdirSync(join(root, target)) : [];
  const read = (file) => (present.includes(file) ? readFileSync(join(root, target, file), "utf8") : null);
  const differing = [
    ...[...wanted].filter(([file, text]) => read(file) !== text).map(([file]) => file),
    ...present.filter((file) => file.endsWith(".json") && !wanted.has(file)),
  ];
  if (differing.length) {
    fail([
      ...differing.map((file) => `error: ${join(target, file)} does not match the contracts`),
      "",
      `hint: ${remedy}`,
    ]);
  }
} else {
  mkdirSync(join(root, target), { recursive: true });
  for (const [file, text] of wanted) writeFileSync(join(root, target, file), text);
}
