import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support/processes.js";

const folder = join(root, "packages", "viem", "src");
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));

test("whatever is exported, is documented", () => {
  for (const path of files) {
    const lines = readFileSync(join(folder, path), "utf8").split("\n");
    lines.forEach((line, index) => {
      if (!/^export (declare |abstract |async )*(function|class|const|type|interface) \w/.test(line)) return;
      assert.match(lines[index - 1] ?? "", /\*\/\s*$/, `src/${path}:${index + 1}: ${line}`);
    });
  }
});

test("the sources stand in anybody's project", () => {
  for (const path of files) {
    const text = readFileSync(join(folder, path), "utf8");
    for (const [, from] of text.matchAll(/^(?:import|export) .*?from "([^"]+)";$/gms)) {
      assert.match(from ?? "", /^(viem(\/[\w-]+)?|\.{1,2}\/[\w/.]+\.js)$/, `src/${path} imports ${from}`);
    }
    assert.doesNotMatch(text, /\b(process|Buffer|__dirname|require)\b[.(]/, `src/${path}`);
  }
});
