import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Address } from "viem";

/** The repository. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));
export const program = process.env["CAUSEWAY"] || join(root, "target", "debug", "causeway");

// A test that takes too long is ended by a signal, which would pass by what it has started.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

export type Devnet = {
  /** URLs of chains 901 and 902. */
  urls: { 901: string; 902: string };
  /** Accounts that the nodes sign for. */
  accounts: readonly [Address, ...Address[]];
  stop(): Promise<void>;
};

type Ready = { event: string; network: { chains: { chainId: string; rpcUrl: string }[]; devAccounts: [Address, ...Address[]] } };

/** Starts two chains with a relayer on free ports, and waits until they are ready. */
export async function startDevnet(): Promise<Devnet> {
  const home = mkdtempSync(join(tmpdir(), "causeway-wagmi-"));
  const ports = ["--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"];
  const env = { CAUSEWAY_ANVIL: join(root, "node_modules", ".foundry", "anvil"), ...process.env, CAUSEWAY_HOME: home };
  const child = spawn(program, ["devnet", "--json", "--autorelay", "--block-time", "1", ...ports], { env, stdio: ["ignore", "pipe", "pipe"] });
  // It must not outlive the tests, however they end.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  const ended = once(child, "close");
  const { network } = await new Promise<Ready>((resolve, reject) => {
    child.once("error", reject);
    void ended.then(() => reject(new Error(`the devnet ended:\n${complaints}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as Ready;
      if (event.event === "ready") resolve(event);
    });
  });
  const url = (id: string) => network.chains.find(({ chainId }) => chainId === id)?.rpcUrl as string;
  return {
    urls: { 901: url("901"), 902: url("902") },
    accounts: network.devAccounts,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      process.removeListener("exit", kill);
      rmSync(home, { recursive: true, force: true });
    },
  };
}
