// What `causeway bindings typescript` writes of the awkward contracts (crates/bindgen/tests/awkward): compiled with every
// strictness there is, and called on a node.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { root, run, startAnvil } from "./support/processes.js";

const folder = join(root, "packages", "viem", "test-dist", "bindings");
const tests = join(root, "crates", "bindgen", "tests");
const execute = promisify(execFile);

test("bindings of awkward contracts are compiled strictly, and called", async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(tests, "typescript"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const out = join(folder, "bindings");
  const artifacts = join(tests, "awkward", "artifacts");
  await run("bindings", "typescript", "--artifacts", artifacts, "--out", out, "--bytecode");
  // Everything of them, the library beside them too.
  const tsc = join(root, "packages", "node_modules", ".bin", "tsc");
  await execute(tsc, ["--project", folder]).catch((error: { stdout: string }) => assert.fail(error.stdout));
  const anvil = await startAnvil(31337);
  try {
    const { stdout } = await execute("node", [join(folder, "dist", "awkward.js"), anvil.url]);
    assert.equal(stdout, "every awkward contract was called\n");
  } finally {
    await anvil.stop();
  }
});
