import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { blocks } from "./support/documents.js";

const packages = fileURLToPath(new URL("../../", import.meta.url));

test("what the documents show compiles", async () => {
  // Within the package, so that imports are found as a user's are.
  const folder = join(packages, "wagmi", "test-dist", "documents");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of [...blocks("packages/wagmi/README.md"), ...blocks("docs/bindings.md", "React and wagmi")]) {
    writeFileSync(join(folder, name), code);
  }
  const options = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, jsx: "react-jsx", target: "es2022", module: "nodenext", types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*"] }));
  await promisify(execFile)(join(packages, "node_modules", ".bin", "tsc"), ["--project", folder]).catch((error: { stdout?: string }) => assert.fail(error.stdout ?? String(error)));
});
