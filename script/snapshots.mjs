#!/usr/bin/env node
// Writes what users and upgrades rely on as text that a reviewer reads: `snapshots/abi/` (functions, events, errors
// with their selectors and topics) and `snapshots/storage/` (where state stands). With `--check` it compares them with
// the committed ones and fails if they differ. Run `forge build` first. Gas snapshots are forge's own. Either way it fails
// where a contract and the interface that documents it are not alike.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toEventSelector, toFunctionSelector } from "viem";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Contracts; interfaces and libraries show in those that use them. */
const rooms = ["predeploys", "token", "universal", "legacy", "relay", "gateway"];

/** Names of the contracts in a room: one for each file, named after it. */
function contractsOf(room) {
  const directory = join(root, "contracts", room);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sol"))
    .map((file) => basename(file, ".sol"));
}

function compiled(name) {
  const path = join(root, "out", `${name}.sol`, `${name}.json`);
  if (!existsSync(path)) fail([`error: ${name} is not compiled`, "", "hint: forge build"]);
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Type of a parameter, tuples spelt out, with `indexed` and its name. */
function parameter({ type, components, indexed, name }) {
  const spelt = components ? type.replace("tuple", `(${components.map(parameter).join(", ")})`) : type;
  return [spelt, indexed && "indexed", name].filter(Boolean).join(" ");
}

const list = (parameters = []) => `(${parameters.map(parameter).join(", ")})`;

/** An entry of an ABI, with the selector or topic that it is known by. */
function line(item) {
  switch (item.type) {
    case "function": {
      const returns = item.outputs.length ? ` returns ${list(item.outputs)}` : "";
      return `function ${item.name}${list(item.inputs)} ${item.stateMutability}${returns} ${toFunctionSelector(item)}`;
    }
    case "event":
      return `event ${item.name}${list(item.inputs)} ${toEventSelector(item)}`;
    case "error":
      return `error ${item.name}${list(item.inputs)} ${toFunctionSelector({ ...item, type: "function", outputs: [] })}`;
    default:
      return `${item.type}${list(item.inputs)} ${item.stateMutability}`;
  }
}

const abiText = ({ abi }) => abi.map(line).sort();

function storageText({ storageLayout: { storage, types } }) {
  return storage.map(({ label, slot, offset, type }) => `${slot}+${offset} ${types[type].label} ${label}`);
}

function fail(lines) {
  console.error(lines.join("\n"));
  process.exit(1);
}

const wanted = new Map();
for (const name of rooms.flatMap(contractsOf)) {
  const artifact = compiled(name);
  wanted.set(join("snapshots", "abi", `${name}.txt`), abiText(artifact));
  // A contract without state has an empty file: a first variable is a change, too.
  wanted.set(join("snapshots", "storage", `${name}.txt`), storageText(artifact));
}

const text = (lines) => lines.map((line) => `${line}\n`).join("");
const present = ["abi", "storage"].flatMap((kind) => {
  const directory = join("snapshots", kind);
  return existsSync(join(root, directory)) ? readdirSync(join(root, directory)).map((f) => join(directory, f)) : [];
});

/**
 * Contracts do not inherit the interfaces that document them: events and errors have to be members of both, since code
 * that was written for upstream names either (`L2ToL2CrossDomainMessenger.SentMessage`), and inherited ones are none.
 * So it is checked here that the two say the same.
 */
const described = [
  "CrossL2Inbox",
  "L2ToL2CrossDomainMessenger",
  "SuperchainETHBridge",
  "ETHLiquidity",
  "SuperchainTokenBridge",
  "SuperchainERC20",
  "OptimismSuperchainERC20",
  "OptimismSuperchainERC20Factory",
  "OptimismSuperchainERC20Beacon",
  "OwnedSuperchainERC20",
  "OptimismMintableERC20Factory",
  "L2StandardBridgeInterop",
];

/** Errors that a contract has from its libraries, or that an interface has for its users only. */
const unpaired = /^error (DeploymentFailed|InitializationFailed|InvalidImplementation|AllowanceOverflow|AllowanceUnderflow|NotInitializing|AlreadyInitialized)\(/;

/** What calls, logs and reverts look like, names of parameters apart; a pure function may be declared a view. */
function surface({ abi }) {
  const bare = (parameters = []) => parameters.map((p) => ({ ...p, name: "", components: p.components && bare(p.components) }));
  const lines = abi
    .filter(({ type, name }) => ["function", "event", "error"].includes(type) && name !== "__constructor__")
    .map((item) => ({ ...item, inputs: bare(item.inputs), outputs: bare(item.outputs) }))
    .map((item) => line(item.stateMutability === "pure" ? { ...item, stateMutability: "view" } : item));
  return new Set(lines.filter((entry) => !unpaired.test(entry)));
}

const unlike = described.flatMap((name) => {
  const [ours, theirs] = [surface(compiled(name)), surface(compiled(`I${name}`))];
  return [
    ...[...ours].filter((entry) => !theirs.has(entry)).map((entry) => `error: I${name} lacks ${entry}`),
    ...[...theirs].filter((entry) => !ours.has(entry)).map((entry) => `error: ${name} lacks ${entry}`),
  ];
});
if (unlike.length) fail([...unlike, "", "hint: a contract and its interface declare the same"]);

if (process.argv.includes("--check")) {
  const read = (file) => (present.includes(file) ? readFileSync(join(root, file), "utf8") : null);
  const differing = [
    ...[...wanted].filter(([file, lines]) => read(file) !== text(lines)).map(([file]) => file),
    ...present.filter((file) => !wanted.has(file)),
  ];
  if (differing.length) {
    fail([
      ...differing.map((file) => `error: ${file} does not match the contracts`),
      "",
      "hint: make snapshots, then review what changed: users and upgrades rely on it",
    ]);
  }
} else {
  for (const file of present.filter((file) => !wanted.has(file))) rmSync(join(root, file));
  for (const [file, lines] of wanted) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), text(lines));
  }
}
