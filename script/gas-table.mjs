#!/usr/bin/env node
// Writes the tables of gas in contracts/README.md from forge's snapshots; with `--check` it fails if the tables there are
// others.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = join(root, "contracts", "README.md");
const [begin, end] = ["<!-- gas: made by `make snapshots` -->\n", "<!-- end of gas -->\n"];

/** Rows in the order of the table. */
const work = [
  "validateMessage",
  "send 0 bytes",
  "send 100 bytes",
  "send 4096 bytes",
  "resend 100 bytes",
  "relay 0 bytes to an account",
  "relay 100 bytes to an account",
  "relay 4096 bytes to an account",
  "relay 100 bytes to a contract",
  "sendERC20, minimal token",
  "relay of sendERC20, minimal token",
  "sendERC20, SuperchainERC20",
  "relay of sendERC20, SuperchainERC20",
  "sendETH",
  "relay of sendETH",
];

function group(name) {
  const path = join(root, "snapshots", `${name}.json`);
  if (!existsSync(path)) fail(`there is no ${path}`);
  return JSON.parse(readFileSync(path, "utf8"));
}

function fail(message) {
  console.error(`error: ${message}\n\nhint: make snapshots`);
  process.exit(1);
}

const digits = (value) => (value === undefined ? "" : Number(value).toLocaleString("en-US"));
const row = (cells) => `| ${cells.join(" | ")} |\n`;

function predeploys() {
  const [bare, proxied, reference] = ["Predeploys", "PredeploysBehindProxies", "Reference"].map(group);
  const unknown = Object.keys(bare).filter((name) => !work.includes(name));
  if (unknown.length) fail(`no place in the table for: ${unknown.join(", ")}`);
  const head = row(["work", "reference", "ours", "less", "ours behind proxies"]);
  const line = (name) => {
    const less = `${(100 * (1 - bare[name] / reference[name])).toFixed(0)} %`;
    return row([name, digits(reference[name]), digits(bare[name]), less, digits(proxied[name])]);
  };
  return head + row(["---", "---:", "---:", "---:", "---:"]) + work.map(line).join("");
}

/** Gas of whole transactions for each message, with every key that a message needs. */
function batches() {
  const gas = group("RelayBatcher");
  const sizes = [1, 10, 50, 100];
  const kinds = ["singles", "multicall3", "batch", "compact", "floor"];
  const line = (target, kind) => {
    const name = {
      singles: "one transaction each",
      multicall3: "Multicall3 `aggregate3Value`",
      batch: "RelayBatcher `relayMessages`",
      compact: "RelayBatcher `relayCompact`",
    };
    const label = name[kind] ?? "floor: one transaction's own cost, keys, and the messenger";
    return row([`to ${target}`, label, ...sizes.map((size) => digits(gas[`${kind} ${size} per message to ${target}`]))]);
  };
  const head = row(["100 bytes", "gas of a message, of a batch of", ...sizes]) + row(["---", "---", ...sizes.map(() => "---:")]);
  return head + ["an account", "a contract"].flatMap((target) => kinds.map((kind) => line(target, kind))).join("");
}

/** What a message costs by the gateway, and without it. */
function gateway() {
  const gas = group("ERC7786Gateway");
  const head = row(["payload of", "send", "by ERC7786Gateway", "relay", "by ERC7786Gateway"]) + row(["---", ...Array(4).fill("---:")]);
  const line = (size) => {
    const figures = ["send", "relay"].flatMap((step) => [gas[`${step} ${size}, direct`], gas[`${step} ${size}`]]);
    return row([size, ...figures.map(digits)]);
  };
  return head + ["0 bytes", "100 bytes", "4096 bytes"].map(line).join("");
}

/** The same for a batch of 100 to accounts, by the rules for a transaction's data. */
function rules() {
  const gas = group("RelayBatcherRules");
  const sizes = [100, 1000, 2000];
  const names = {
    "no floor": "without a floor (Cancun)",
    prague: "EIP-7623, since Prague",
    amsterdam: "EIP-7976 and EIP-7981, to come",
  };
  const forms = { plain: "`relayMessages`", compact: "`relayCompact`" };
  const line = (rule, form) =>
    row([names[rule], forms[form], ...sizes.map((size) => digits(gas[`${form} ${size} bytes, ${rule}`]))]);
  const head =
    row(["rules", "gas of a message, of a batch of 100 of so many bytes", ...sizes.map(digits)]) +
    row(["---", "---", ...sizes.map(() => "---:")]);
  return head + Object.keys(names).flatMap((rule) => Object.keys(forms).map((form) => line(rule, form))).join("");
}

const text = readFileSync(document, "utf8");
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) fail("contracts/README.md has no place for the table");
const wanted = `${text.slice(0, from)}${begin}\n${predeploys()}\n${batches()}\n${rules()}\n${gateway()}\n${text.slice(to)}`;

if (!process.argv.includes("--check")) writeFileSync(document, wanted);
else if (wanted !== text) fail("the table of gas in contracts/README.md is not that of the snapshots");
