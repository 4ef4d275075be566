#!/usr/bin/env node
// Prints how much of `@causeway-interop/viem` a page carries that uses parts of it: minified by esbuild, as it is and
// compressed, with viem left out and with it. Run `make build-packages` first.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("..", import.meta.url));
const from = (names) => `export { ${names} } from "@causeway-interop/viem";`;
const viem = 'export { createPublicClient, createWalletClient, custom, http } from "viem";';

/** What pages do. */
const uses = {
  "the codec: `encodeAccessList`": from("encodeAccessList"),
  "`sendCrossChainCall`": from("sendCrossChainCall"),
  "a bridge page: `sendETH`, `sendSuperchainERC20`, `waitForDelivery`": from("sendETH, sendSuperchainERC20, waitForDelivery"),
  "`publicActionsL2`, `walletActionsL2`: every action": from("publicActionsL2, walletActionsL2"),
  "all of it: every ABI, too": 'export * from "@causeway-interop/viem";',
};

async function bundle(contents, external) {
  const stdin = { contents, resolveDir: folder, loader: "js" };
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", external, write: false });
  return outputFiles[0].contents;
}

const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const size = (bytes) => `${kB(bytes.length)} (${kB(gzipSync(bytes, { level: 9 }).length)})`;
const alone = await bundle(viem, []);
console.log("| used | without viem (gzip) | with viem (gzip) |");
console.log("|---|---|---|");
console.log(`| nothing: a page with viem's clients | - | ${size(alone)} |`);
for (const [use, contents] of Object.entries(uses)) {
  console.log(`| ${use} | ${size(await bundle(contents, ["viem", "viem/*"]))} | ${size(await bundle(`${viem}\n${contents}`, []))} |`);
}
