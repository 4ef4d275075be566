import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Devnet, root, startDevnet } from "./support/processes.js";

const packages = join(root, "packages");
const folder = join(packages, "viem", "test-dist", "docs");

/** The TypeScript of a document, or of one of its chapters: its blocks make one program, as a reader would write them down. */
function program(path: string, chapter?: string): string {
  const text = readFileSync(join(root, path), "utf8");
  const whole = chapter ? (text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${chapter}\n`)) ?? "") : text;
  const blocks = [...whole.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.ok(blocks.length > 0, `${path} has no TypeScript`);
  return blocks.join("\n").replaceAll('"@causeway-interop/viem/chains"', '"./chains.js"');
}

/** The devnet's chains at the ports that it has here. */
function chains(urls: readonly string[]): string {
  const at = (name: string, url: string) => `export const ${name} = { ...chains.${name}, rpcUrls: { default: { http: ["${url}"] } } };\n`;
  return `import * as chains from "@causeway-interop/viem/chains";\n${at("devnetA", urls[0] ?? "")}${at("devnetB", urls[1] ?? "")}`;
}

const options = {
  ...{ target: "ES2022", lib: ["ES2022", "DOM"], module: "NodeNext", strict: true, skipLibCheck: true, types: [] },
  ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
};
/** The first page's lines, which are compiled with what they take as given. */
const firstPage = `import { publicActionsL2, walletActionsL2 } from "@causeway-interop/viem";
import { createPublicClient, createWalletClient, http } from "viem";
import { devnetA, devnetB } from "./chains.js";
declare const counter: \`0x\${string}\`;
const counterAbi = [{ type: "function", name: "increment", inputs: [], outputs: [], stateMutability: "nonpayable" }] as const;
const wallet = createWalletClient({ account: counter, chain: devnetA, transport: http() }).extend(walletActionsL2());
const source = createPublicClient({ chain: devnetA, transport: http() }).extend(publicActionsL2());
const destination = createPublicClient({ chain: devnetB, transport: http() });
${program("README.md")}console.log(transactionHash);
`;

const programs = { readme: program("packages/viem/README.md"), bindings: program("docs/bindings.md", "TypeScript"), firstPage };

let devnet: Devnet;
before(async () => {
  devnet = await startDevnet("--autorelay", "--block-time", "1");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...programs, chains: chains(devnet.urls) })) writeFileSync(join(folder, `${name}.ts`), text);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
});
after(() => devnet.stop());

test("what the documents show, compiles", async () => {
  const { stdout } = await promisify(execFile)(join(packages, "node_modules", ".bin", "tsc"), ["--project", folder]).catch((error: { stdout: string }) => error);
  assert.equal(stdout, "");
});

// In this order: the first one says what a fresh devnet has.
const outcomes = { bindings: /delivered by 0x\w{64}: 0 before, 1000 now/, readme: /it arrived by 0x/ };
for (const [name, wanted] of Object.entries(outcomes)) {
  test(`what ${name} shows, does what it says`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, `${name}.js`)]);
    assert.match(stdout, wanted);
  });
}
