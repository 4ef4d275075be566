#!/usr/bin/env node
// Does what contracts/kit/README.md tells a dapp to do, in fresh projects: installs the kit from a tag, by `forge install` and
// by soldeer, writes the foundry.toml and the test that the README shows, compiles every import path that it names, and runs
// the test. The commands are the README's own; git is told to find the repositories that they name on this machine.
//
//   node script/test-install.mjs             what CI runs
//   node script/test-install.mjs --deep      the kit's tests, too, with more compilers, settings and releases of forge-std
//   FORGE_STD=DIR node script/...            with the forge-std of a directory (its `src`) in place of npm's
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const foundry = execFileSync(join(root, "script", "foundry-bin"), { encoding: "utf8" }).trim();
const readme = readFileSync(join(root, "contracts", "kit", "README.md"), "utf8");
const work = mkdtempSync(join(tmpdir(), "causeway-install-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const OURS = "causeway-interop/causeway";
/** Oldest and newest compiler that the README promises; the one that the predeploys were made with lies between them. */
const [OLDEST, NEWEST] = ["0.8.25", "0.8.37"];

/** forge and git, without this repository's settings: neither may change what a dapp sees. */
const environment = {
  PATH: `${foundry}:${process.env.PATH}`,
  HOME: work,
  FOUNDRY_DISABLE_NIGHTLY_WARNING: "1",
  ...Object.fromEntries(
    [
      [`url.file://${work}/git/.insteadOf`, "https://github.com/"],
      ["protocol.file.allow", "always"],
      ["user.name", "A dapp's author"],
      ["user.email", "author@dapp.example"],
      ["init.defaultBranch", "main"],
      ["advice.detachedHead", "false"],
    ].flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
  GIT_CONFIG_COUNT: "6",
};

class Failure extends Error {}

function run(what, directory, program, args, variables = {}) {
  try {
    return execFileSync(program, args, {
      cwd: directory,
      env: { ...environment, ...variables },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const output = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim().split("\n").slice(-40).join("\n");
    throw new Failure(`error: ${what}: \`${[program, ...args].join(" ")}\` fails\n\n${output}`);
  }
}

/** The blocks of a language between a mark of the README and the next of its headings. */
function blocks(mark, language) {
  const start = readme.indexOf(`<!-- ${mark}:`);
  if (start < 0) throw new Failure(`error: contracts/kit/README.md has no mark \`${mark}\``);
  const part = readme.slice(start).split(/^##+ /m)[0];
  return [...part.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, text]) => text);
}

/** Puts a repository with one tag where git looks for `https://github.com/NAME`. */
function publish(name, tag, fill) {
  const tree = join(work, "trees", name);
  mkdirSync(tree, { recursive: true });
  fill(tree);
  const git = (...args) => run(`a repository of ${name}`, tree, "git", args);
  git("init", "--quiet");
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", tag);
  git("tag", tag);
  const bare = join(work, "git", name);
  mkdirSync(dirname(bare), { recursive: true });
  run(name, work, "git", ["clone", "--quiet", "--bare", tree, bare]);
  cpSync(bare, `${bare}.git`, { recursive: true });
}

/** This repository as it stands: what git has or would add. */
function copyOurs(tree) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const present = listed.split("\0").filter((path) => path && existsSync(join(root, path)));
  for (const path of present) cpSync(join(root, path), join(tree, path));
}

/** Every `owner/name` with its tag that the README installs. */
function publishAll() {
  const wanted = new Map();
  for (const text of [...blocks("install", "sh"), ...blocks("soldeer", "sh")]) {
    for (const [, name, tag] of text.matchAll(/install (\S+\/\S+)@(\S+)/g)) wanted.set(name, tag);
    for (const [, name, tag] of text.matchAll(/github\.com\/(\S+?)\.git --tag (\S+)/g)) wanted.set(name, tag);
  }
  const sources = {
    [OURS]: copyOurs,
    "foundry-rs/forge-std": (tree) => {
      const given = process.env.FORGE_STD && join(process.env.FORGE_STD, "src");
      const packaged = join(modules, "@layerzerolabs", "toolbox-foundry", "lib", "forge-std");
      cpSync(given ?? packaged, join(tree, "src"), { recursive: true });
    },
    "vectorized/solady": (tree) => cpSync(join(modules, "solady", "src"), join(tree, "src"), { recursive: true }),
  };
  for (const [name, tag] of wanted) {
    if (!sources[name]) throw new Failure(`error: the README installs ${name}, and this script knows nothing of it`);
    publish(name, tag, sources[name]);
  }
}

/** A new project, with what the README has it run. */
function project(name, commands, toml) {
  const directory = join(work, name);
  mkdirSync(join(directory, "test"), { recursive: true });
  mkdirSync(join(directory, "src"));
  run(name, directory, "git", ["init", "--quiet"]);
  run(name, directory, "git", ["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
  writeFileSync(join(directory, "foundry.toml"), toml);
  for (const line of commands.flatMap((text) => text.trim().split("\n"))) {
    const [program, ...args] = line.split(/\s+/);
    run(name, directory, program, args);
  }
  return directory;
}

/** Writes a file that imports each name of the README's table from its path. */
function writeImports(directory, withSolady) {
  const rows = [...readme.matchAll(/^\| (.*) \| `(causeway\/\S+\.sol)` \|$/gm)];
  if (rows.length < 20) throw new Failure("error: the README's table of import paths is not found");
  const imports = rows
    .filter(([, text]) => withSolady || !text.includes("solady"))
    .flatMap(([, text, path]) => {
      const names = [...text.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name);
      if (!names.length) throw new Failure(`error: the README names nothing of ${path}`);
      return `import { ${names.join(", ")} } from "${path}";\n`;
    });
  writeFileSync(join(directory, "src", "Imports.sol"), `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.25;\n\n${imports.join("")}`);
}

function writeExample(directory) {
  writeFileSync(join(directory, "test", "CrossChainCounter.t.sol"), readme.match(/^```solidity\n([^]*?)^```/m)[1]);
}

/** Versions that the README tells of are those that this repository has, and tests with. */
function checkVersions() {
  const version = (path) => JSON.parse(readFileSync(join(modules, path, "package.json"), "utf8")).version;
  const ours = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "(.*)"$/m)[1];
  const texts = [
    `${OURS}@v${ours}`,
    `causeway~${ours}`,
    `foundry-rs/forge-std@v${version("@layerzerolabs/toolbox-foundry/lib/forge-std")}`,
    `vectorized/solady@v${version("solady")}`,
    `solc ${OLDEST} or later`,
  ];
  for (const text of texts) {
    if (!readme.includes(text)) throw new Failure(`error: contracts/kit/README.md does not say \`${text}\``);
  }
}

/** Only our own name may lead into our folder: forge takes over whatever a library's configuration says. */
function checkRemappings(directory) {
  const lines = run("remappings", directory, "forge", ["remappings"]).trim().split("\n");
  const ours = lines.filter((line) => line.includes("=lib/causeway/"));
  if (ours.join() !== "causeway/=lib/causeway/contracts/") {
    throw new Failure(`error: the remappings that a dapp gets from us are\n\n${ours.join("\n")}`);
  }
}

/** A dapp that imports nothing but the kit is told the names of errors, not four bytes. */
function checkErrorNames(directory) {
  const file = join(directory, "test", "Refused.t.sol");
  writeFileSync(
    file,
    `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { InteropKit } from "causeway/kit/InteropKit.sol";

contract RefusedTest is InteropKit {
    function test_expired() public {
        MESSENGER.sendMessage(902, address(1), "");
        warp(902, 8 days);
        relay(0);
    }

    function test_future() public {
        mine(901, 1);
        MESSENGER.sendMessage(902, address(1), "");
        relay(0);
    }
}
`,
  );
  const output = spawnSync("forge", ["test", "--match-contract", "RefusedTest"], {
    cwd: directory,
    env: { ...environment, FOUNDRY_SOLC: join(root, "script", "solc") },
    encoding: "utf8",
  }).stdout;
  rmSync(file);
  for (const name of ["Kit_MessageExpired(", "Kit_MessageFromTheFuture("]) {
    if (!output.includes(name)) throw new Failure(`error: forge does not name ${name}...)\n\n${output}`);
  }
}

/** What would go to soldeer's registry: the sources, and not the rest of this repository. */
function checkPackage() {
  const tree = join(work, "trees", OURS);
  run("soldeer's package", tree, "forge", ["soldeer", "push", "causeway~0.1.0", "--dry-run", "--skip-warnings"]);
  const archive = readFileSync(join(tree, "causeway.zip"), "latin1");
  for (const path of ["contracts/kit/InteropKit.sol", "contracts/kit/GenesisContracts.sol", "remappings.txt", "LICENSE"]) {
    if (!archive.includes(path)) throw new Failure(`error: soldeer's package lacks ${path}`);
  }
  if (archive.includes("crates/")) throw new Failure("error: soldeer's package has crates/");
}

/** Compiles and tests; a run that finds no test is none that succeeds. */
function test(what, directory, settings = {}) {
  const started = Date.now();
  const output = run(what, directory, "forge", ["test"], { FOUNDRY_SOLC: join(root, "script", "solc"), ...settings });
  const [, passed] = output.match(/(\d+) tests? passed, 0 failed/) ?? [];
  if (!Number(passed)) throw new Failure(`error: ${what}: no test passed\n\n${output}`);
  console.log(`${what}: ${passed} passed, ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** A compiler of npm's, in a form that forge calls. */
function compiler(version) {
  const folder = join(root, "target", "solc", version);
  if (!existsSync(join(folder, "node_modules", "solc"))) {
    mkdirSync(folder, { recursive: true });
    const options = ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", "--loglevel=error", `solc@${version}`];
    execFileSync("npm", options, { stdio: ["ignore", "ignore", "inherit"] });
  }
  cpSync(join(root, "script", "solc"), join(folder, "solc"));
  return join(folder, "solc");
}

function writeSettings(directory, settings) {
  const file = join(directory, "foundry.toml");
  const kept = readFileSync(file, "utf8").split("# settings\n")[0];
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  writeFileSync(file, kept.replace(/\n*$/, `\n# settings\n${lines.join("")}`));
}

/** A few cases of each property: what is tried is the compiler. */
const FEW = { FOUNDRY_FUZZ_RUNS: "8", FOUNDRY_INVARIANT_RUNS: "2", FOUNDRY_INVARIANT_FAIL_ON_REVERT: "true" };

/** The kit's own tests, by the paths that a dapp has. `Genesis.t.sol` is about this repository, and needs its files. */
function writeKitTests(directory) {
  cpSync(join(root, "test", "kit"), join(directory, "test", "kit"), { recursive: true });
  rmSync(join(directory, "test", "kit", "Genesis.t.sol"));
  const files = execFileSync("find", [join(directory, "test", "kit"), "-name", "*.sol"], { encoding: "utf8" }).trim().split("\n");
  for (const file of files) {
    writeFileSync(file, readFileSync(file, "utf8").replace(/"(?:\.\.\/)+contracts\//g, '"causeway/'));
  }
}

function main(deep) {
  checkVersions();
  publishAll();
  checkPackage();

  const [essential, solady] = blocks("install", "sh");
  const plain = project("by git", [essential], blocks("install", "toml")[0]);
  writeExample(plain);
  writeImports(plain, false);
  test("by git, without solady", plain);
  checkRemappings(plain);
  checkErrorNames(plain);
  run("solady", plain, "sh", ["-c", solady]);
  writeImports(plain, true);
  if (deep) writeKitTests(plain);
  const ir = { via_ir: true, optimizer: true };
  const runs = [
    [OLDEST, {}],
    [NEWEST, {}],
    ...(deep
      ? [
          [OLDEST, { ...ir, evm_version: "cancun" }],
          ["0.8.28", { optimizer: true, optimizer_runs: 200, evm_version: "cancun" }],
          ["0.8.30", { ...ir, evm_version: "prague" }],
          [NEWEST, { ...ir, evm_version: "osaka" }],
        ]
      : []),
  ];
  for (const [version, settings] of runs) {
    writeSettings(plain, settings);
    test(`solc ${version} ${JSON.stringify(settings)}`, plain, { FOUNDRY_SOLC: compiler(version), ...FEW });
  }

  const soldeer = project("by soldeer", blocks("soldeer", "sh"), blocks("soldeer", "toml")[0]);
  writeExample(soldeer);
  writeImports(soldeer, true);
  test("by soldeer", soldeer);
}

try {
  main(process.argv.includes("--deep"));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
