#!/usr/bin/env node
// Prints what interop adds to a page: the page's own imports of our packages, bundled and minified without React, wagmi and
// viem, which a page that talks to one chain has, too; and the whole page.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const used = new Map();
for (const file of readdirSync(join(root, "src"), { recursive: true }).filter((name) => /\.tsx?$/.test(name))) {
  const text = readFileSync(join(root, "src", file), "utf8");
  for (const [, names, from] of text.matchAll(/import (?!type)\{([^}]*)\} from "(@causeway-interop\/[^"]+)"/g)) {
    const values = names.split(",").map((name) => name.trim()).filter((name) => name && !name.startsWith("type "));
    used.set(from, new Set([...(used.get(from) ?? []), ...values]));
  }
}
if (!used.size) throw new Error("the page imports nothing of ours: this script does not find it any more");

const entry = [...used].map(([from, names]) => `export { ${[...names].join(", ")} } from "${from}";`).join("\n");
const resolved = "\0interop";
const bundle = async (options) => {
  const { output } = await build({ root, logLevel: "silent", configFile: join(root, "vite.config.ts"), ...options, build: { ...options.build, write: false, sourcemap: false } });
  const code = output.filter(({ type }) => type === "chunk").map(({ code }) => code).join("");
  return `${(code.length / 1000).toFixed(1)} kB minified, ${(gzipSync(code).length / 1000).toFixed(1)} kB gzipped`;
};
const interop = await bundle({
  plugins: [{ name: "interop", resolveId: (id) => (id === "interop" ? resolved : undefined), load: (id) => (id === resolved ? entry : undefined) }],
  build: {
    target: "es2022",
    minify: true,
    rollupOptions: {
      input: "interop",
      preserveEntrySignatures: "strict",
      external: (id) => /^(react|wagmi|viem|@tanstack\/react-query)(\/|$)/.test(id),
    },
  },
});
console.log(`interop: ${interop} (${[...used.values()].map((names) => [...names].join(", ")).join(", ")})`);
console.log(`whole page: ${await bundle({})}`);
