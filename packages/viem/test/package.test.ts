import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { deliver, messageOf, sendIncluded, startPair } from "./support/pair.js";
import { root } from "./support/processes.js";

const packages = join(root, "packages");
const folder = join(packages, "viem");
const bin = (name: string) => join(packages, "node_modules", ".bin", name);

/** Runs a program to its end; what it printed. */
async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${command} failed:\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

/** What of the package a page carries that does this. */
async function bundle(contents: string, external: string[] = []): Promise<string> {
  const stdin = { contents, resolveDir: folder, loader: "ts" } as const;
  const { outputFiles } = await build({ stdin, bundle: true, format: "iife", globalName: "page", platform: "browser", target: "es2022", external, write: false, logLevel: "error" });
  return outputFiles[0]?.text ?? "";
}

test("publint finds nothing wrong", async () => {
  assert.match(await run(bin("publint"), "--strict"), /All good/);
});

test("are the types wrong? no", async () => {
  await run(bin("attw"), "--pack", ".", "--profile", "esm-only");
});

test("what is not used, is left out", async () => {
  assert.equal((await bundle('import "@causeway-interop/viem";', ["viem", "viem/*"])).replace(/\(\(\) => \{\s*\}\)\(\);|var page = |"use strict";/g, "").trim(), "");
  const codec = await bundle('export { encodeAccessList } from "@causeway-interop/viem";', ["viem", "viem/*"]);
  assert.doesNotMatch(codec, /RelayedMessage|waitFor|stateMutability/);
});

test("a page runs it, where there is nothing of Node's", async () => {
  const page = await bundle('export * from "@causeway-interop/viem";');
  for (const name of builtinModules) assert.ok(!page.includes(`require("${name}")`), name);
  const context = createContext({ TextEncoder, TextDecoder, URL, AbortController, setTimeout, clearTimeout, console });
  const calls = `${page}
    const id = { origin: page.contracts.crossL2Inbox.address, blockNumber: 1n, logIndex: 2n, timestamp: 3n, chainId: 4n };
    const client = { chain: { id: 901 } };
    [page.encodeAccessList(id, "0x01")[0].storageKeys.length, Object.keys(page.publicActionsL2()(client).interop).length > 10].join()`;
  assert.equal(runInContext(calls, context), "2,true");
});

/** A project that has the package, and the oldest viem that it says it can do with. */
function oldProject(): string {
  const project = join(folder, "test-dist", "oldest");
  const modules = join(project, "node_modules");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(modules, "@causeway-interop"), { recursive: true });
  symlinkSync(join(packages, "node_modules", "viem-2.17"), join(modules, "viem"));
  for (const part of ["dist", "package.json"]) cpSync(join(folder, part), join(modules, "@causeway-interop", "viem", part), { recursive: true });
  cpSync(join(folder, "test", "types.ts"), join(project, "types.ts"));
  cpSync(join(folder, "test-dist", "support", "anywhere.js"), join(project, "anywhere.js"));
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: true };
  const compilerOptions = { ...strict, target: "ES2022", lib: ["ES2022", "DOM"], module: "ESNext", moduleResolution: "Bundler", types: [], noEmit: true };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["types.ts"] }));
  return project;
}

test("the compiler knows as much with the oldest viem", async () => {
  await run(bin("tsc"), "--project", oldProject());
});

const bun = bin("bun");
const program = join(folder, "test-dist", "support", "anywhere.js");
const runtimes = {
  node: [process.execPath, () => program],
  "node with the oldest viem": [process.execPath, () => join(oldProject(), "anywhere.js")],
  bun: [bun, () => program],
} as const;
for (const [name, [command, what]] of Object.entries(runtimes)) {
  const skip = existsSync(command) ? false : `${command} IS NOT INSTALLED: NOTHING SHOWS THAT THE PACKAGE RUNS WITH ${name.toUpperCase()}`;
  test(`${name} runs it`, { skip }, async (context) => {
    const pair = await startPair();
    context.after(() => pair.stop());
    const hash = await sendIncluded(pair);
    const { log } = await messageOf(pair, hash);
    const { accessList } = await pair.source.interop.buildExecutingMessage({ log });
    const keys = accessList.flatMap(({ storageKeys }) => storageKeys);
    const asked = async () => JSON.parse(await run(command, what(), pair.urls.a, pair.urls.b, hash)) as unknown;
    assert.deepEqual(await asked(), { state: "ready", keys });
    await deliver(pair, hash);
    assert.deepEqual(await asked(), { state: "delivered", keys });
  });
}
