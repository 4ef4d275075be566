import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { program } from "./support/devnet.js";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "causeway-wagmi-cli-"));
after(() => rmSync(work, { recursive: true, force: true }));

/** A project with nothing but what `wagmi generate` needs: no React, no wagmi. */
function project(name: string, config: string): string {
  const folder = join(work, name);
  mkdirSync(join(folder, "node_modules", "@wagmi"), { recursive: true });
  for (const each of ["@wagmi/cli", "@causeway-interop", "viem", "typescript"]) {
    symlinkSync(join(packages, "node_modules", each), join(folder, "node_modules", each));
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "wagmi.config.ts"), config);
  return folder;
}

const generate = (folder: string, env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [join(packages, "node_modules", "@wagmi", "cli", "dist", "esm", "cli.js"), "generate"], {
    cwd: folder,
    env: { ...process.env, ...env, NO_COLOR: "1" },
  });

const tsc = (folder: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(packages, "node_modules", "typescript", "bin", "tsc"), ...args], { cwd: folder });

/** As the page that documents the plugin has it: with wagmi's own plugin that makes hooks of what ours gives. */
const configWithHooks = (plugin: string) => `
import { defineConfig } from "@wagmi/cli";
import { react } from "@wagmi/cli/plugins";
import { causeway } from "@causeway-interop/wagmi/cli";
export default defineConfig({ out: "generated.ts", plugins: [causeway(${plugin}), react()] });
`;

const configOf = (plugin: string) => `
import { defineConfig } from "@wagmi/cli";
import { causeway } from "@causeway-interop/wagmi/cli";
export default defineConfig({ out: "generated.ts", plugins: [causeway(${plugin})] });
`;

const counterAbi = [{ type: "function", name: "increment", stateMutability: "nonpayable", inputs: [{ name: "by", type: "uint256" }], outputs: [] }];
const bindings = {
  contracts: {
    Counter: {
      abi: counterAbi,
      addresses: { chains: { 901: "0x5FbDB2315678afecb367f032d93F642f64180aa3", 902: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512" } },
    },
    Both: { abi: [], addresses: { everywhere: "0x0000000000000000000000000000000000000001", chains: { 901: "0x5FbDB2315678afecb367f032d93F642f64180aa3" } } },
    Vault: { abi: [], addresses: { everywhere: "0x5FbDB2315678afecb367f032d93F642f64180aa3" } },
    Nowhere: { abi: [] },
  },
};

describe("wagmi generate", () => {
  test("writes the contracts of interop, with their addresses", async () => {
    const folder = project("predeploys", configOf(""));
    await generate(folder);
    const generated = readFileSync(join(folder, "generated.ts"), "utf8");
    assert.match(generated, /export const l2ToL2CrossDomainMessengerAddress =\s*'0x4200000000000000000000000000000000000023' as const/);
    assert.match(generated, /export const superchainTokenBridgeAbi = \[/);
    writeFileSync(
      join(folder, "use.ts"),
      `import { encodeFunctionData } from "viem";
       import { superchainTokenBridgeAbi as abi, superchainTokenBridgeConfig } from "./generated.js";
       encodeFunctionData({ abi, functionName: "sendERC20", args: ["0x", "0x", 1n, 902n] });
       // @ts-expect-error: an amount is a bigint
       encodeFunctionData({ abi, functionName: "sendERC20", args: ["0x", "0x", 1, 902n] });
       superchainTokenBridgeConfig.address satisfies "0x4200000000000000000000000000000000000028";`,
    );
    await tsc(folder, "--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "use.ts", "--ignoreConfig");
  });

  test("writes hooks of all of them, whose names wagmi's own plugin accepts", async () => {
    const folder = project("hooks", configWithHooks(""));
    await generate(folder);
    const generated = readFileSync(join(folder, "generated.ts"), "utf8");
    assert.match(generated, /export const useReadOptimismMintableErc20FactoryBridge =/);
    assert.match(generated, /functionName: 'bridge'/);
  });

  test("writes those that are named, and no others", async () => {
    const folder = project("named", configOf('{ predeploys: ["CrossL2Inbox"] }'));
    await generate(folder);
    const generated = readFileSync(join(folder, "generated.ts"), "utf8");
    assert.deepEqual([...generated.matchAll(/export const (\w+)Abi/g)].map(([, name]) => name), ["crossL2Inbox"]);
  });

  test("says which predeploys there are", async () => {
    const folder = project("unknown", configOf('{ predeploys: ["CrossL2Inbix"] as never }'));
    await assert.rejects(generate(folder), /There is no predeploy CrossL2Inbix\. There are CrossL2Inbox, /);
  });

  test("writes what a file of bindings has", async () => {
    const folder = project("file", configOf('{ predeploys: false, bindings: "bindings.json", namePrefix: "my" }'));
    writeFileSync(join(folder, "bindings.json"), JSON.stringify(bindings));
    await generate(folder);
    const generated = readFileSync(join(folder, "generated.ts"), "utf8");
    assert.deepEqual([...generated.matchAll(/export const (\w+) =/g)].map(([, name]) => name).sort(), [
      "myBothAbi",
      "myBothAddress",
      "myBothConfig",
      "myCounterAbi",
      "myCounterAddress",
      "myCounterConfig",
      "myNowhereAbi",
      "myVaultAbi",
      "myVaultAddress",
      "myVaultConfig",
    ]);
    assert.match(generated, /myBothAddress = \{\s*901: '0x5FbDB2315678afecb367f032d93F642f64180aa3',\s*\}/);
    assert.match(generated, /myCounterAddress = \{\s*901: '0x5FbDB2315678afecb367f032d93F642f64180aa3',\s*902: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',\s*\}/);
  });

  test("says what is wrong with a file", async () => {
    for (const [text, why] of [
      ["no json", /none that `causeway bindings json` has written/],
      ["[]", /it has no `contracts`/],
      ['{ "contracts": { "A": {} } }', /A has no `abi`/],
      ['{ "contracts": { "A": { "abi": [], "addresses": { "everywhere": "0x12" } } } }', /A stands at 0x12, which is no address/],
    ] as const) {
      const folder = project(`wrong-${text.length}`, configOf('{ bindings: "bindings.json" }'));
      writeFileSync(join(folder, "bindings.json"), text);
      await assert.rejects(generate(folder), why);
    }
  });

  test("writes what is in a project, by running causeway", async () => {
    const folder = project("forge", configOf(`{ predeploys: false, project: "contracts", command: ${JSON.stringify(program)} }`));
    mkdirSync(join(folder, "contracts", "out", "Counter.sol"), { recursive: true });
    writeFileSync(join(folder, "contracts", "foundry.toml"), "[profile.default]\n");
    writeFileSync(join(folder, "contracts", "out", "Counter.sol", "Counter.json"), JSON.stringify({ abi: counterAbi, bytecode: { object: "0x00" } }));
    await generate(folder);
    assert.match(readFileSync(join(folder, "generated.ts"), "utf8"), /export const counterAbi = \[/);

    rmSync(join(folder, "contracts", "out"), { recursive: true });
    await assert.rejects(generate(folder), /bindings json/);
  });

  test("says where the program is missing", async () => {
    const folder = project("missing", configOf('{ project: ".", command: "causeway-that-is-not-there" }'));
    await assert.rejects(generate(folder), /There is no causeway-that-is-not-there on the PATH/);
  });
});

describe("what is imported", () => {
  const importsOf = async (entry: string) => {
    const { metafile } = await build({
      entryPoints: [join(packages, "wagmi", "dist", entry)],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "node",
      external: ["react", "wagmi", "@tanstack/react-query", "@wagmi/cli", "viem", "@causeway-interop/viem"],
    });
    return new Set(Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/"))));
  };

  test("by the plugin: neither React nor wagmi", async () => {
    const imports = await importsOf("cli/index.js");
    for (const name of ["react", "wagmi", "@tanstack/react-query"]) assert.ok(!imports.has(name), name);
  });

  test("by the hooks: no @wagmi/cli, and by the actions no React", async () => {
    assert.ok(!(await importsOf("index.js")).has("@wagmi/cli"));
    const actions = await importsOf("actions/index.js");
    for (const name of ["react", "@tanstack/react-query", "@wagmi/cli"]) assert.ok(!actions.has(name), name);
  });
});
