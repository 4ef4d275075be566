import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));

const causeway = process.env["CAUSEWAY"] || join(root, "target", "debug", "causeway");
const anvil = process.env["CAUSEWAY_ANVIL"] || join(root, "node_modules", ".foundry", "anvil");

/** A program that runs. It is ended by its own id, and with it what it has started. */
export type Running = { stop: () => Promise<void> };

// A test that takes too long is ended by a signal, which would pass what it has started by.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

/** What runs must not outlive the tests, however they end; and must not keep them from ending. */
function tie(child: ChildProcess): void {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("close", () => process.removeListener("exit", kill));
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref?: () => void }).unref?.();
}

/** Starts a program, and waits for a line of its output that `found` makes something of. */
function start<found>(command: string, args: string[], find: (line: string) => found | undefined): Promise<Running & { found: found }> {
  const home = mkdtempSync(join(tmpdir(), "causeway-viem-"));
  const env = { ...process.env, HOME: home, XDG_STATE_HOME: home, XDG_RUNTIME_DIR: home, CAUSEWAY_ANVIL: anvil };
  const child = spawn(command, args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"] });
  tie(child);
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    const alive = setInterval(() => {}, 1_000);
    child.kill("SIGINT");
    await ended;
    clearInterval(alive);
    rmSync(home, { recursive: true, force: true });
  };
  // Something has to keep the process alive until then.
  const alive = setInterval(() => {}, 1_000);
  return new Promise<Running & { found: found }>((resolve, reject) => {
    child.once("error", reject);
    void ended.then(() => reject(new Error(`${command} ended:\n${complaints}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = find(line);
      if (found !== undefined) resolve({ found, stop });
    });
  }).finally(() => clearInterval(alive));
}

type ReadyLine = { event: string; network: { adminUrl: string; verifierUrl: string | null; chains: { chainId: string; rpcUrl: string; wsUrl: string }[] } };

/** Where a devnet's chains answer. */
export type Devnet = Running & { urls: readonly [string, string, ...string[]]; sockets: readonly [string, string, ...string[]]; verifier: string | null };

/** Starts a devnet on free ports. */
export async function startDevnet(...args: string[]): Promise<Devnet> {
  const ports = ["--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"];
  const { found, stop } = await start(causeway, ["devnet", "--json", ...ports, ...args], (line) => {
    const event = JSON.parse(line) as ReadyLine;
    return event.event === "ready" ? event.network : undefined;
  });
  const urls = found.chains.map(({ rpcUrl }) => rpcUrl) as [string, string];
  const sockets = found.chains.map(({ wsUrl }) => wsUrl) as [string, string];
  return { urls, sockets, verifier: found.verifierUrl, stop };
}

/** Starts an anvil of no devnet. */
export async function startAnvil(chainId: number, ...args: string[]): Promise<Running & { url: string }> {
  const { found, stop } = await start(anvil, ["--port", "0", "--chain-id", String(chainId), ...args], (line) => line.match(/Listening on (\S+)/)?.[1]);
  return { url: `http://${found}`, stop };
}

/** Runs a command of ours to its end, and gives the `data` of its JSON. */
export function run(...args: string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(causeway, [...args, "--json"], { env: { ...process.env, CAUSEWAY_ANVIL: anvil } }, (error, stdout, stderr) => {
      if (error) reject(new Error(`causeway ${args.join(" ")} failed:\n${stdout}${stderr}`));
      else resolve((JSON.parse(stdout) as { data: unknown }).data);
    });
  });
}
