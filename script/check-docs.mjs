#!/usr/bin/env node
// Checks what the documents say of this repository and a program can know: that every relative link and anchor leads
// somewhere, that every make target exists, and that the rooms of docs/architecture.md lean on one another as the crates
// do. No network. (That their `causeway` command lines parse is a test of the binary: crates/cli/src/documented.rs.)
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const elsewhere = new Set([".git", "cache", "node_modules", "out", "target"]);
const faults = [];

/** A fault in a document, at a line that is counted from 1. */
function fault(document, line, what) {
  faults.push(`${relative(root, document.path)}:${line}: ${what}`);
}

function documentsIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return elsewhere.has(entry.name) ? [] : documentsIn(path);
    return entry.isFile() && entry.name.endsWith(".md") ? [path] : [];
  });
}

/** A document's lines; those within a fence have `code`, the fence's language ("" without one). */
function read(path) {
  let fence = null;
  const lines = readFileSync(path, "utf8").split("\n").map((text) => {
    const mark = text.match(/^\s*(`{3,}|~{3,})\s*([\w-]*)/);
    if (fence === null) {
      if (!mark) return { text };
      fence = { mark: mark[1], code: mark[2] };
      return { text: "" };
    }
    if (mark && mark[1].startsWith(fence.mark) && !mark[2]) {
      fence = null;
      return { text: "" };
    }
    return { text, code: fence.code };
  });
  return { path, lines };
}

/** The anchors that GitHub gives to a document's headings. */
function anchors({ lines }) {
  const seen = new Map();
  return new Set(
    lines
      .filter(({ text, code }) => code === undefined && /^#{1,6} /.test(text))
      .map(({ text }) => {
        const words = text.replace(/^#+ /, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim().toLowerCase();
        const anchor = words.replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, "").replaceAll(" ", "-");
        const times = seen.get(anchor) ?? 0;
        seen.set(anchor, times + 1);
        return times ? `${anchor}-${times}` : anchor;
      }),
  );
}

const documents = new Map(documentsIn(root).map((path) => [path, read(path)]));

/** Links `[text](target)`, images, and definitions `[text]: target`, outside of code. */
function checkLinks(document) {
  document.lines.forEach(({ text, code }, index) => {
    if (code !== undefined) return;
    const prose = text.replace(/`[^`]*`/g, (span) => "·".repeat(span.length));
    const found = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g), ...prose.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g)];
    for (const [, target] of found) {
      if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) continue;
      const wrong = wrongLink(document, decodeURIComponent(target));
      if (wrong) fault(document, index + 1, `${target}: ${wrong}`);
    }
  });
}

function wrongLink(document, target) {
  const [place, anchor] = target.split("#", 2);
  const path = place ? join(dirname(document.path), place) : document.path;
  if (relative(root, path).startsWith("..")) return "leads out of the repository";
  if (!exists(path)) return "there is no such file";
  if (anchor === undefined) return null;
  const linked = documents.get(path);
  if (!linked) return /^L\d+$/.test(anchor) ? "line numbers do not last" : "only documents have anchors";
  return anchors(linked).has(anchor) ? null : "there is no such heading";
}

/** Whether a file or folder is there, under exactly that name: not every file system tells `a` from `A`. */
function exists(path) {
  const inside = relative(root, path);
  if (!inside) return true;
  return existsSync(path) && readdirSync(dirname(path)).includes(basename(path)) && exists(dirname(path));
}

/** `make TARGET` in code, be it a block or a span. */
function checkTargets(document, targets) {
  document.lines.forEach(({ text, code }, index) => {
    const shell = ["sh", "bash", "console"].includes(code);
    const pieces = shell ? [text.replace(/^\$ /, "")] : code === undefined ? [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span) : [];
    for (const piece of pieces) {
      const words = piece.split("#")[0].match(/^make ([^|;&>]*)/)?.[1].trim().split(/\s+/) ?? [];
      const goals = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
      for (const goal of goals.filter((goal) => !targets.has(goal))) fault(document, index + 1, `make ${goal}: there is no such target`);
    }
  });
}

function targetsOf(makefile) {
  return new Set([...readFileSync(makefile, "utf8").matchAll(/^([a-z][a-z-]*):(?!=)/gm)].map(([, target]) => target));
}

/** Each room with the rooms that it leans on, by the names of their folders; what only tests need does not count. */
function roomsOfTheCrates() {
  const args = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
  const metadata = JSON.parse(execFileSync("cargo", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 }));
  // An example is a user of the house, and no room of it.
  const rooms = metadata.packages.filter(({ manifest_path }) => basename(dirname(dirname(manifest_path))) === "crates");
  const room = new Map(rooms.map(({ name, manifest_path }) => [name, basename(dirname(manifest_path))]));
  return new Map(
    rooms.map(({ name, dependencies }) => [
      room.get(name),
      new Set(dependencies.filter(({ name, kind }) => kind !== "dev" && room.has(name)).map(({ name }) => room.get(name))),
    ]),
  );
}

/** The arrows without those that follow from others: what leans on `chain` leans on `interop` all the same. */
function withoutDetours(rooms) {
  const below = (name) => new Set([...rooms.get(name)].flatMap((next) => [next, ...below(next)]));
  return [...rooms].flatMap(([from, direct]) => {
    const further = new Set([...direct].flatMap((name) => [...below(name)]));
    return [...direct].filter((to) => !further.has(to)).map((to) => `${from} --> ${to}`);
  });
}

/** The picture's arrows are those of the crates, and each row of the table says what its room uses itself. */
function checkRooms(document) {
  const rooms = roomsOfTheCrates();
  const start = document.lines.findIndex(({ text }) => text.startsWith("<!-- rooms"));
  const picture = document.lines.slice(start + 1);
  const first = picture.findIndex(({ code }) => code === "mermaid");
  if (start < 0 || first < 0) return fault(document, 1, "there is no picture of the rooms (`<!-- rooms -->`, then Mermaid)");
  const rest = picture.slice(first);
  const drawn = rest.slice(0, rest.findIndex(({ code }) => code === undefined)).map(({ text }) => text.trim());
  const arrows = new Set(drawn.filter((text) => text.includes("-->")));
  const wanted = new Set(withoutDetours(rooms));
  const at = start + first + 2;
  for (const arrow of wanted) if (!arrows.has(arrow)) fault(document, at, `the picture lacks the arrow \`${arrow}\``);
  for (const arrow of arrows) if (!wanted.has(arrow)) fault(document, at, `the picture's arrow \`${arrow}\` is none of the crates'`);

  const rows = new Map();
  document.lines.forEach(({ text }, index) => {
    const row = text.match(/^\| \[`([\w-]+)`\]\(\.\.\/crates\/([\w-]+)[^)]*\) \| ([^|]*) \|/);
    if (row && row[1] === row[2]) rows.set(row[1], { uses: row[3].trim(), line: index + 1 });
  });
  for (const [name, direct] of rooms) {
    const row = rows.get(name);
    const uses = [...rooms.keys()].filter((other) => direct.has(other)).sort().join(", ") || "nothing";
    if (!row) fault(document, at, `the table has no row for \`${name}\`, which uses ${uses}`);
    else if (row.uses !== uses) fault(document, row.line, `\`${name}\` uses ${uses}`);
  }
  for (const [name, { line }] of rows) if (!rooms.has(name)) fault(document, line, `there is no room \`${name}\``);
}

const targets = targetsOf(join(root, "Makefile"));
for (const document of documents.values()) {
  checkLinks(document);
  checkTargets(document, targets);
}
const architecture = documents.get(join(root, "docs", "architecture.md"));
if (architecture) checkRooms(architecture);
else faults.push("docs/architecture.md: there is no such document");

if (faults.length) {
  console.error(`${faults.map((text) => `error: ${text}`).join("\n")}\n\nhint: the documents are wrong, or what they tell of has moved`);
  process.exit(1);
}
