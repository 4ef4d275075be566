#!/usr/bin/env node
// Plants mistakes in the rules that the relayer's engine keeps money by, one at a time, in a copy of the sources below
// target/, and fails unless the engine's own tests catch every one. `--only WORD` tries those whose name has the word.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutants } from "./engine-mutants/mistakes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const copy = join(root, "target", "mutants");
const engine = "crates/relayer/src/engine";

const only = process.argv[2] === "--only" ? process.argv[3] : "";
const cases = process.env.PROPTEST_CASES ?? "1000";

/** Copies what git knows, as it stands in the working tree. */
function copySources() {
  const listed = execFileSync("git", ["ls-files", "-z", "Cargo.*", "rust*", "clippy.toml", "crates", "docs", "examples"], {
    cwd: root,
    maxBuffer: 1 << 28,
  });
  rmSync(copy, { recursive: true, force: true });
  for (const path of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    // Unchanged files keep their times, so that cargo builds what changed only. What was built of the engine last had a
    // mistake.
    cpSync(join(root, path), join(copy, path), { preserveTimestamps: !path.startsWith(engine) });
  }
  // Under another version, what is built of the copy is nothing that the repository itself would use.
  const manifest = join(copy, "Cargo.toml");
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/^version = ".*"$/m, 'version = "0.0.0-mutants"'));
}

/** Runs the engine's tests in the copy; returns what they print. */
function cargo(...args) {
  const test = ["test", "--offline", "--package", "causeway-relayer", "--lib", ...args];
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: join(root, "target"),
    PROPTEST_CASES: cases,
    // That it fails is enough.
    PROPTEST_MAX_SHRINK_ITERS: "0",
    RUST_BACKTRACE: "0",
  };
  const { status, stdout, stderr } = spawnSync("cargo", test, { cwd: copy, env, maxBuffer: 1 << 30 });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

function build() {
  const { passed, output } = cargo("--no-run");
  if (!passed) throw new Error(`does not compile:\n${output.slice(-4000)}`);
}

copySources();
build();
const sound = cargo("engine");
if (!sound.passed) throw new Error(`the engine's tests fail as it is:\n${sound.output.slice(-4000)}`);
console.log(`${cases} cases of each property; the engine as it is passes`);

let survivors = 0;
for (const [name, path, from, to] of mutants.filter(([name]) => name.includes(only))) {
  const file = join(copy, engine, path);
  const sound = readFileSync(file, "utf8");
  if (sound.split(from).length !== 2) throw new Error(`${path} does not have once: ${from}`);
  writeFileSync(file, sound.replace(from, () => to));
  build();
  // The simulation takes longer than the rest: it is asked about what that lets pass.
  let { passed, output } = cargo("engine::lane");
  if (passed) ({ passed, output } = cargo("engine::simulation"));
  writeFileSync(file, sound);
  const caught = [...output.matchAll(/^test engine::(\S+) \.\.\. FAILED$/gm)].map(([, test]) => test);
  if (passed || caught.length === 0) survivors += 1;
  const verdict = passed ? "NOT CAUGHT" : `caught by ${caught.length}: ${caught.slice(0, 3).join(", ")}`;
  console.log(`${name}: ${verdict}`);
}
if (survivors > 0) {
  console.error(`error: ${survivors} of the planted mistakes were not caught`);
  process.exit(1);
}
