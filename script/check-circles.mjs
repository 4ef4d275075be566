#!/usr/bin/env node
// `node script/check-circles.mjs` fails when modules of a crate import each other, in a ring of any length: what cannot be
// read alone is one thing in several files. A table of contents (`pub use` of a child's names) is no import. No network.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every source file under `folder`, those of a separate test crate left out. */
function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return entry.name.endsWith(".rs") ? [path] : [];
  });
}

/** The code without comments and strings, in which words that look like paths stand. */
const bare = (text) =>
  text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|r#+"[\s\S]*?"#+|"(?:\\[\s\S]|[^"\\])*"|'(?:\\.|[^'\\])'/g, (found) => (found[0] === "/" ? " " : '""'));

/** The code without modules that stand in it, of which `super` is the file itself: most are its tests. */
function withoutInlineModules(text) {
  const start = text.search(/\bmod\s+\w+\s*\{/);
  if (start < 0) return text;
  let [at, depth] = [text.indexOf("{", start), 0];
  do {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    at += 1;
  } while (depth && at < text.length);
  return withoutInlineModules(text.slice(0, start) + text.slice(at));
}

/** The paths of a `use` tree: `a::{b, c as d}` is `a::b` named `b` and `a::c` named `d`. */
function branches(tree) {
  const open = tree.indexOf("{");
  if (open < 0) {
    const [path, alias] = tree.trim().split(/\s+as\s+/);
    const segments = path.split("::").map((segment) => segment.trim().replace(/^r#/, "")).filter(Boolean);
    if (segments.at(-1) === "self") segments.pop();
    return [{ segments, name: alias ?? segments.at(-1) }];
  }
  const inner = tree.slice(open + 1, tree.lastIndexOf("}"));
  const parts = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= inner.length; at += 1) {
    if (inner[at] === "{") depth += 1;
    if (inner[at] === "}") depth -= 1;
    if (at === inner.length || (inner[at] === "," && depth === 0)) {
      if (inner.slice(from, at).trim()) parts.push(inner.slice(from, at));
      from = at + 1;
    }
  }
  return parts.flatMap((part) => branches(tree.slice(0, open) + part.trim()));
}

/** What a file says of other modules: names that it only passes on, and paths that it uses. */
function read(path, name) {
  const text = withoutInlineModules(bare(readFileSync(path, "utf8")));
  const passed = new Map();
  const globs = [];
  const used = [];
  const rest = text.replace(/\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/g, (_, isPublic, tree) => {
    for (const { segments, name: alias } of branches(tree)) {
      if (!isPublic) used.push(segments);
      else if (alias === "*") globs.push(segments.slice(0, -1));
      else passed.set(alias, segments);
    }
    return " ";
  });
  for (const [found] of rest.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)) used.push(found.split("::"));
  const defined = new Set([...rest.matchAll(/\b(?:struct|enum|trait|fn|type|const|static|union|macro_rules!)\s+(\w+)/g)].map(([, word]) => word));
  return { name, path, passed, globs, used, defined };
}

/** The modules of a crate by their paths: "" is lib.rs or main.rs, "a::b" is src/a/b.rs or src/a/b/mod.rs. */
function modulesOf(source) {
  const named = files(source).map((path) => {
    const parts = relative(source, path).replace(/\.rs$/, "").split("/");
    if (["mod", "lib", "main"].includes(parts.at(-1))) parts.pop();
    const name = parts.join("::");
    return [name, read(path, name)];
  });
  return new Map(named);
}

/** The module that defines what `segments` name when `from` says it; undefined for other crates. */
function definer(modules, from, segments, seen = new Set()) {
  const key = `${from} ${segments.join("::")}`;
  if (seen.has(key)) return undefined;
  seen.add(key);
  let [at, rest] = [from, segments];
  if (rest[0] === "crate") [at, rest] = ["", rest.slice(1)];
  else if (rest[0] === "self") rest = rest.slice(1);
  else if (rest[0] === "super") {
    while (rest[0] === "super") [at, rest] = [at.split("::").slice(0, -1).join("::"), rest.slice(1)];
  } else if (!modules.has(child(from, rest[0])) && !modules.get(from)?.passed.has(rest[0])) return undefined;
  while (rest.length && modules.has(child(at, rest[0]))) [at, rest] = [child(at, rest[0]), rest.slice(1)];
  const module = modules.get(at);
  if (!module || !rest.length) return rest.length ? undefined : at;
  const onward = module.passed.get(rest[0]);
  if (onward) return definer(modules, at, [...onward, ...rest.slice(1)], seen) ?? undefined;
  if (module.defined.has(rest[0])) return at;
  for (const glob of module.globs) {
    const found = definer(modules, at, [...glob, ...rest], seen);
    if (found !== undefined) return found;
  }
  return at;
}

const child = (module, name) => (module ? `${module}::${name}` : name);

/** Rings of modules: each set in which every module reaches every other. */
function rings(edges) {
  const reach = new Map([...edges.keys()].map((from) => {
    const [seen, todo] = [new Set(), [...edges.get(from)]];
    while (todo.length) {
      const next = todo.pop();
      if (!seen.has(next)) {
        seen.add(next);
        todo.push(...(edges.get(next) ?? []));
      }
    }
    return [from, seen];
  }));
  const done = new Set();
  return [...edges.keys()].flatMap((from) => {
    if (done.has(from) || !reach.get(from).has(from)) return [];
    const ring = [...edges.keys()].filter((to) => reach.get(from).has(to) && reach.get(to).has(from));
    ring.forEach((member) => done.add(member));
    return [ring];
  });
}

const given = process.argv.slice(2);
const crates = given.length ? given : readdirSync(join(root, "crates")).map((name) => join(root, "crates", name));
let faults = 0;
for (const crate of crates.sort()) {
  const modules = modulesOf(join(crate, "src"));
  const edges = new Map([...modules.values()].map(({ name, used }) => {
    const targets = used.map((segments) => definer(modules, name, segments));
    return [name, new Set(targets.filter((to) => to !== undefined && to !== name && modules.has(to)))];
  }));
  for (const ring of rings(edges)) {
    faults += 1;
    console.error(`error: ${relative(root, crate)}: these modules import each other`);
    for (const name of ring) {
      const targets = [...edges.get(name)].filter((to) => ring.includes(to)).map((to) => to || "the crate's root");
      console.error(`  ${relative(root, modules.get(name).path)} imports ${targets.join(", ")}`);
    }
  }
}
if (faults) {
  console.error("\nhint: move what both need into a module of its own, below both");
  process.exit(1);
}
