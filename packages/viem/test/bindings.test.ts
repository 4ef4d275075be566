// What `causeway bindings typescript` writes: of the awkward contracts (crates/bindgen/tests/awkward), compiled with every
// strictness there is and called on a node; and of a dapp's contract, by the program that docs/bindings.md shows.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { reader, writer } from "./support/clients.js";
import { counterAbi, counterBytecode } from "./support/counter.js";
import { root, run, startAnvil, startDevnet } from "./support/processes.js";

const tests = join(root, "crates", "bindgen", "tests");
const execute = promisify(execFile);

/** A fresh folder with the settings of the strictest dapp. */
function project(name: string): string {
  const folder = join(root, "packages", "viem", "test-dist", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  cpSync(join(tests, "typescript", "tsconfig.json"), join(folder, "tsconfig.json"));
  return folder;
}

async function compile(folder: string): Promise<void> {
  const tsc = join(root, "packages", "node_modules", ".bin", "tsc");
  await execute(tsc, ["--project", folder]).catch((error: { stdout: string }) => assert.fail(error.stdout));
}

test("bindings of awkward contracts are compiled strictly, and called", async () => {
  const folder = project("awkward");
  cpSync(join(tests, "typescript", "awkward.ts"), join(folder, "main.ts"));
  const artifacts = join(tests, "awkward", "artifacts");
  const places = ["Same=1", "Child@5=2", "Long=3", "Long@901=4"].map((place) => place.replace("=", `=0x${"0".repeat(39)}`));
  const addresses = places.flatMap((place) => ["--address", place]);
  // Everything of them, the library beside them too.
  await run("bindings", "typescript", "--artifacts", artifacts, "--out", join(folder, "bindings"), "--bytecode", ...addresses);
  await compile(folder);
  const anvil = await startAnvil(31337);
  try {
    const { stdout } = await execute(process.execPath, [join(folder, "dist", "main.js"), anvil.url]);
    assert.equal(stdout, "every awkward contract was called\n");
  } finally {
    await anvil.stop();
  }
});

test("the program that the documentation shows of bindings counts on the other chain", async () => {
  const text = readFileSync(join(root, "docs", "bindings.md"), "utf8");
  const chapter = text.split(/^(?=## )/m).find((part) => part.startsWith("## The generator\n")) ?? "";
  const [, program] = chapter.match(/^```ts\n(.*?)^```$/ms) ?? assert.fail("there is no program");
  const folder = project("generator");
  const devnet = await startDevnet("--autorelay", "--block-time", "1");
  try {
    const wallet = writer(902, devnet.urls[1], 3);
    const hash = await wallet.deployContract({ abi: counterAbi, bytecode: counterBytecode() });
    const { contractAddress } = await reader(902, devnet.urls[1]).waitForTransactionReceipt({ hash });
    writeFileSync(join(folder, "Counter.json"), JSON.stringify({ abi: counterAbi }));
    const place = ["--artifacts", join(folder, "Counter.json"), "--address", `Counter@902=${contractAddress}`];
    await run("bindings", "typescript", "--out", join(folder, "bindings"), ...place);
    const at = (name: string, url: string) => `export const ${name}: Chain = { ...chains.${name}, rpcUrls: { default: { http: ["${url}"] } } };\n`;
    // The devnet's chains at the ports that it has here.
    const [a, b] = devnet.urls;
    const ports = `import type { Chain } from "viem";\nimport * as chains from "./bindings/interop/chains.js";\n${at("devnetA", a)}${at("devnetB", b)}`;
    writeFileSync(join(folder, "chains.ts"), ports);
    writeFileSync(join(folder, "main.ts"), (program ?? "").replace("./bindings/interop/chains.js", "./chains.js"));
    await compile(folder);
    const { stdout } = await execute(process.execPath, [join(folder, "dist", "main.js")]);
    assert.equal(stdout, "counted: 1\n");
  } finally {
    await devnet.stop();
  }
});
