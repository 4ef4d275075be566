#!/usr/bin/env node
// The artifacts of the contracts that are awkward to write bindings for (crates/bindgen/tests/awkward), without what the
// generators do not read: compiles them and writes the artifacts, with `--check` compares them with the committed ones.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../crates/bindgen/tests/awkward", import.meta.url));
const target = join(project, "artifacts");

/** Every JSON file below `folder`, as paths from there. */
function files(folder) {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What of an artifact a generator reads, in forge's own shape. */
function trim({ abi, bytecode, deployedBytecode, methodIdentifiers, rawMetadata }) {
  // The compiler numbers immutables through all files: another file would change the numbers.
  const renumbered = (references) => references && Object.fromEntries(Object.entries(Object.values(references)));
  const code = ({ object, linkReferences, immutableReferences }) => ({
    object,
    linkReferences,
    immutableReferences: renumbered(immutableReferences),
  });
  // forge's `metadata` leaves out the documentation of events, errors and the whole.
  const metadata = JSON.parse(rawMetadata);
  const { compiler, output, settings } = metadata;
  return {
    abi,
    bytecode: code(bytecode),
    deployedBytecode: code(deployedBytecode),
    methodIdentifiers,
    metadata: {
      compiler,
      language: metadata.language,
      output: { devdoc: output.devdoc, userdoc: output.userdoc },
      settings: { compilationTarget: settings.compilationTarget },
    },
  };
}

rmSync(join(project, "out"), { recursive: true, force: true });
execFileSync("forge", ["build", "--force", "--quiet"], { cwd: project, stdio: "inherit" });
const out = join(project, "out");
const wanted = new Map(
  files(out)
    .filter((file) => !file.startsWith("build-info"))
    .map((file) => [file, `${JSON.stringify(trim(JSON.parse(readFileSync(join(out, file), "utf8"))), null, 1)}\n`]),
);

if (process.argv.includes("--check")) {
  const present = files(target);
  const differing = [
    ...[...wanted].filter(([file, text]) => !present.includes(file) || readFileSync(join(target, file), "utf8") !== text),
    ...present.filter((file) => !wanted.has(file)).map((file) => [file]),
  ];
  for (const [file] of differing) console.error(`error: ${relative(process.cwd(), join(target, file))} is not of its contract`);
  if (differing.length) {
    console.error("\nhint: make artifacts");
    process.exit(1);
  }
} else {
  rmSync(target, { recursive: true, force: true });
  for (const [file, text] of wanted) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  }
}
