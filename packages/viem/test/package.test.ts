import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { messageOf, relay, send, startPair } from "./support/pair.js";
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

const bun = bin("bun");
for (const [name, command, isThere] of [["node", process.execPath, true], ["bun", bun, existsSync(bun)]] as const) {
  test(`${name} runs it`, { skip: isThere ? false : `${bun} IS NOT INSTALLED: NOTHING SHOWS THAT THE PACKAGE RUNS WITH ${name.toUpperCase()}` }, async (context) => {
    const pair = await startPair();
    context.after(() => pair.stop());
    const hash = await send(pair);
    const program = join(folder, "test-dist", "support", "anywhere.js");
    const { log } = await messageOf(pair, hash);
    const { accessList } = await pair.source.interop.buildExecutingMessage({ log });
    const keys = accessList.flatMap(({ storageKeys }) => storageKeys);
    assert.deepEqual(JSON.parse(await run(command, program, pair.urls.a, pair.urls.b, hash)), { state: "ready", keys });
    await pair.destination.waitForTransactionReceipt({ hash: await relay(pair, hash) });
    assert.deepEqual(JSON.parse(await run(command, program, pair.urls.a, pair.urls.b, hash)), { state: "delivered", keys });
  });
}
