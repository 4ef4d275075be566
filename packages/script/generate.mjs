#!/usr/bin/env node
// Writes packages/viem/src/generated/ from the contracts' artifacts: ABIs `as const`, and the addresses of what stands at
// the same place on every chain. `node packages/script/generate.mjs` writes, with `--check` it compares.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const artifacts = join(root, "crates", "bindings", "artifacts");
const target = join(root, "packages", "viem", "src", "generated");

/** Where contracts stand, on every chain that has them. */
const addresses = {
  CrossL2Inbox: "0x4200000000000000000000000000000000000022",
  ERC7786Gateway: "0x5630acCac1Ef86C8DE18BE7d2F8dF92a3a8C76F1",
  ETHLiquidity: "0x4200000000000000000000000000000000000025",
  L2StandardBridgeInterop: "0x4200000000000000000000000000000000000010",
  L2ToL2CrossDomainMessenger: "0x4200000000000000000000000000000000000023",
  OptimismMintableERC20Factory: "0x4200000000000000000000000000000000000012",
  OptimismSuperchainERC20Beacon: "0x4200000000000000000000000000000000000027",
  OptimismSuperchainERC20Factory: "0x4200000000000000000000000000000000000026",
  ProxyAdmin: "0x4200000000000000000000000000000000000018",
  RelayBatcher: "0xb2eF36769423E4C6DE725A11B0Fe9326F265b772",
  SuperchainETHBridge: "0x4200000000000000000000000000000000000024",
  SuperchainTokenBridge: "0x4200000000000000000000000000000000000028",
  WETH: "0x4200000000000000000000000000000000000006",
};

/** A contract's name as a name in TypeScript: `ETHLiquidity` becomes `ethLiquidity`, `CrossL2Inbox` `crossL2Inbox`. */
const camel = (name) => name.replace(/^[A-Z0-9]+(?=[A-Z][a-z])|^[A-Z]+(?=\d*$)|^[A-Z]/, (head) => head.toLowerCase());

/** A value as TypeScript, keys without quotes. */
function literal(value, indent = "") {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.length) return "[]";
    return `[\n${value.map((item) => `${deeper}${literal(item, deeper)},\n`).join("")}${indent}]`;
  }
  const flat = Object.entries(value).every(([, item]) => item === null || typeof item !== "object");
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${literal(item, deeper)}`);
  return flat ? `{ ${fields.join(", ")} }` : `{\n${fields.map((field) => `${deeper}${field},\n`).join("")}${indent}}`;
}

/** An item without what only its author's compiler needs. */
function trim({ internalType, anonymous, ...item }) {
  const nested = (key) => (item[key] ? { [key]: item[key].map(trim) } : {});
  return { ...item, ...nested("inputs"), ...nested("outputs"), ...nested("components"), ...(anonymous ? { anonymous } : {}) };
}

function contract(name, abi) {
  const lines = [`/** ABI of ${name}. */`, `export const ${camel(name)}Abi = ${literal(abi.map(trim))} as const;`];
  if (addresses[name]) {
    lines.push("", `/** Address of ${name}, the same on every chain. */`, `export const ${camel(name)}Address = "${addresses[name]}" as const;`);
  }
  return `${lines.join("\n")}\n`;
}

const signature = ({ name, inputs }) => `${name}(${inputs.map(({ type }) => type).join(",")})`;

const contracts = readdirSync(artifacts).map((file) => {
  const { contractName, abi } = JSON.parse(readFileSync(join(artifacts, file), "utf8"));
  return { name: contractName, abi };
});
const errors = new Map(
  contracts.flatMap(({ abi }) => abi.filter(({ type }) => type === "error").map((item) => [signature(item), trim(item)])),
);
const files = new Map(contracts.map(({ name, abi }) => [`${camel(name)}.ts`, contract(name, abi)]));
const sorted = [...errors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
files.set("errors.ts", `/** Every error of these contracts. */\nexport const interopErrorsAbi = ${literal(sorted)} as const;\n`);
files.set("index.ts", [...files.keys()].sort().map((file) => `export * from "./${file.replace(/\.ts$/, ".js")}";\n`).join(""));

const header = "// Generated from the contracts' artifacts by packages/script/generate.mjs. Do not edit.\n\n";
const wanted = new Map([...files].map(([file, text]) => [file, header + text]));
if (process.argv.includes("--check")) {
  const present = existsSync(target) ? readdirSync(target) : [];
  const read = (file) => (present.includes(file) ? readFileSync(join(target, file), "utf8") : null);
  const differing = [...[...wanted].filter(([file, text]) => read(file) !== text).map(([file]) => file), ...present.filter((file) => !wanted.has(file))];
  if (differing.length) {
    console.error([...differing.map((file) => `error: packages/viem/src/generated/${file} does not match the contracts`), "", "hint: make artifacts"].join("\n"));
    process.exit(1);
  }
} else {
  mkdirSync(target, { recursive: true });
  for (const [file, text] of wanted) writeFileSync(join(target, file), text);
}
