#!/usr/bin/env node
// Checks that every alert of ops/prometheus is made to fire by a case of its tests, and once is not: promtool runs the cases that
// are there, and says nothing of an alert that has none. The two files are read by their lines, as they are written here.
import { readFileSync } from "node:fs";

const folder = new URL("../ops/prometheus/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8").split("\n");

const alerts = read("relayer.rules.yml").flatMap((line) => /^\s*- alert: (\w+)\s*$/.exec(line)?.[1] ?? []);
const fired = new Set();
const silent = new Set();
let alert;
for (const line of read("relayer.test.yml")) {
  alert = /^\s*- (?:{ )?alertname: (\w+)/.exec(line)?.[1] ?? alert;
  if (/\bexp_alerts: \[\]/.test(line)) silent.add(alert);
  // What an alert that fires looks like stands below its name, one item a line.
  if (/^\s*- exp_labels:/.test(line)) fired.add(alert);
}

const faults = [
  ...alerts.filter((name) => !fired.has(name)).map((name) => `${name} is never made to fire`),
  ...alerts.filter((name) => !silent.has(name)).map((name) => `${name} is never tried where it must not fire`),
];
if (alerts.length === 0) faults.push("relayer.rules.yml has no alert that could be read");
faults.forEach((fault) => console.error(`error: ops/prometheus/relayer.test.yml: ${fault}`));
if (faults.length > 0) process.exit(1);
console.log(`ops/prometheus: each of ${alerts.length} alerts fires in a case, and in another does not`);
