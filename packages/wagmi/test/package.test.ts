import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const packages = fileURLToPath(new URL("../../", import.meta.url));
const run = async (name: string, ...args: string[]) =>
  void (await promisify(execFile)(join(packages, "node_modules", ".bin", name), args, { cwd: join(packages, "wagmi") }));

test("publint finds nothing in what is published", () => run("publint", "--strict"));
test("attw finds nothing wrong with its types", () => run("attw", "--pack", ".", "--profile", "esm-only"));
