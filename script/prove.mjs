#!/usr/bin/env node
// Runs the symbolic proofs of test/symbolic with halmos, and fails unless each that is declared there holds:
// `node script/prove.mjs [--deep] [CONTRACT]`. CONTRACT, a regular expression, picks some of them. Contracts named
// `..._Mutant` have a fault: of each of their proofs there has to be a counterexample.
// Expects halmos on the PATH; `make prove` sees to that.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = "test/symbolic";
const work = "target/prove";
const out = `${work}/out`;
const results = `${work}/results`;

const deep = process.argv.includes("--deep");
const pattern = new RegExp(process.argv.slice(2).find((arg) => !arg.startsWith("--")) ?? "");

// Lengths of the messages that are considered: none, and a selector with one argument. A message to any target has to
// stay under 100 bytes: from there on it can be a call of the messenger whose offsets halmos cannot follow.
const lengths = deep ? "0,1,32,36,68,96" : "0,36";
const limits = ["--loop", "8", "--solver-timeout-assertion", deep ? "600s" : "120s"];
const minutes = deep ? 240 : 40;

// forge itself: npm's launcher would not tell that a build failed.
const foundry = execFileSync(join(root, "script", "foundry-bin"), { encoding: "utf8" }).trim();

// halmos calls forge by itself; this keeps its artifacts apart from the ordinary ones, and the build small.
const env = {
  ...process.env,
  PATH: `${foundry}:${process.env.PATH}`,
  FOUNDRY_OUT: out,
  FOUNDRY_CACHE_PATH: `${work}/cache`,
  FOUNDRY_TEST: sources,
  FOUNDRY_SCRIPT: sources,
};

const die = (message) => {
  console.error(`error: ${message}`);
  process.exit(1);
};

function build() {
  // A failed build must not leave earlier artifacts to be proven.
  for (const directory of [out, `${work}/cache`, results]) rmSync(join(root, directory), { recursive: true, force: true });
  mkdirSync(join(root, results), { recursive: true });
  const args = ["build", "--ast", "--root", ".", "--extra-output", "storageLayout", "metadata"];
  if (spawnSync("forge", args, { cwd: root, env, stdio: "inherit" }).status !== 0) die("forge build failed");
}

// Every proof that the sources declare, by contract: [{ contract, proofs }].
function declared() {
  return readdirSync(join(root, sources))
    .filter((file) => file.endsWith(".sol"))
    .flatMap((file) =>
      readFileSync(join(root, sources, file), "utf8")
        .split(/^(?:abstract )?contract /m)
        .slice(1)
        .map((text) => ({
          contract: text.match(/^\w+/)[0],
          proofs: [...text.matchAll(/^ *function (check_\w+)/gm)].map((match) => match[1]),
        })),
    )
    .filter(({ proofs }) => proofs.length > 0);
}

function halmos({ contract }) {
  const json = join(results, `${contract}.json`);
  const args = [
    ["--root", "."],
    ["--forge-build-out", out],
    ["--contract", contract],
    ["--default-bytes-lengths", lengths],
    ["--json-output", json],
    ["--solver-threads", "1"],
    ["--no-status"],
    limits,
  ];
  return new Promise((resolve) => {
    let log = "";
    const child = spawn("halmos", args.flat(), { cwd: root, env, timeout: minutes * 60_000 });
    child.stdout.on("data", (data) => (log += data));
    child.stderr.on("data", (data) => (log += data));
    child.on("error", (error) => resolve({ log: String(error), outcomes: [] }));
    child.on("close", () => {
      let outcomes = [];
      try {
        outcomes = Object.values(JSON.parse(readFileSync(join(root, json), "utf8")).test_results).flat();
      } catch {
        // It broke off. No outcome is known then, and every proof counts as one that did not run.
      }
      resolve({ log, outcomes });
    });
  });
}

// Why a proof does not count, or nothing. The codes are halmos's.
function objection(outcome, isMutant) {
  if (!outcome) return "did not run";
  if (isMutant) return outcome.exitcode === 1 ? "" : "no counterexample to what is false";
  const codes = ["", "counterexample", "solver timed out", "halmos got stuck", "every path reverted", "halmos failed"];
  if (outcome.exitcode !== 0) return codes[outcome.exitcode] ?? `exit code ${outcome.exitcode}`;
  if (outcome.num_bounded_loops > 0) return "a loop was cut off";
  return "";
}

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(0);

const queue = declared().filter(({ contract }) => pattern.test(contract));
if (queue.length === 0) die("no proofs");
build();

// The messenger's take longest, so they start first.
queue.sort((a, b) => b.contract.includes("Messenger") - a.contract.includes("Messenger"));
let proven = 0;
let failed = 0;
async function worker() {
  for (let item = queue.shift(); item; item = queue.shift()) {
    const { log, outcomes } = await halmos(item);
    console.log(item.contract);
    let complain = false;
    for (const proof of item.proofs) {
      const outcome = outcomes.find(({ name }) => name.split("(")[0] === proof);
      const isMutant = item.contract.endsWith("_Mutant");
      const why = objection(outcome, isMutant);
      const figures = outcome?.num_paths ? `${outcome.num_paths[0]} paths, ${outcome.time[0].toFixed(1)} s` : "";
      console.log(`  ${why ? "FAILED" : isMutant ? "refuted" : "proven"}  ${proof}  (${[why, figures].filter(Boolean).join("; ")})`);
      if (why) failed++, (complain = true);
      else proven++;
    }
    if (complain) console.log(log);
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));

console.log(`${proven} proven, ${failed} failed; messages of ${lengths} bytes; ${seconds()} s`);
process.exit(failed === 0 ? 0 : 1);
