import { execFileSync, spawnSync } from "node:child_process";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and others put it. `CHROMIUM` names another one. */
const NAMES = [process.env.CHROMIUM, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Starts a headless Chromium, the system's; on Debian it is installed if there is none. */
export async function startChromium(): Promise<Browser> {
  const executablePath = find() ?? install();
  // The sandbox takes a user that is not root; what the tests show is their own page.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

function find(): string | undefined {
  for (const name of NAMES) {
    const found = name && spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" }).stdout.trim();
    if (found) return found;
  }
  return undefined;
}

function install(): string {
  const fail = (why: string) =>
    new Error(`There is no Chromium on this machine, and ${why}. Install it (Debian, Ubuntu: \`sudo apt-get install chromium\`), or name one in the variable CHROMIUM.`);
  if (spawnSync("sh", ["-c", "command -v apt-get"]).status !== 0) throw fail("there is no apt-get to install it with");
  if (process.getuid?.() !== 0) throw fail("only root can install it");
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync("apt-get", ["update", "-qq"], { env, stdio: "pipe" });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, stdio: "pipe" });
  } catch (error) {
    throw fail(`apt-get could not install it: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`);
  }
  const found = find();
  if (!found) throw fail("apt-get has installed none");
  return found;
}
