import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Address, type Hex, createTestClient, http, publicActions, walletActions } from "viem";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const program = process.env.CAUSEWAY ?? join(root, "target", "debug", "causeway");

// A test that takes too long is ended by a signal, which would pass by what it has started.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

/** A devnet with its relayer. */
export interface Devnet {
  /** What its admin API says of it. */
  network: { admin_url: string; chains: { chain_id: number; rpc_url: string }[]; dev_accounts: Address[] };
  /** A client for looking at a chain and for meddling with it. */
  chain(id: number): ReturnType<typeof clientOf>;
  stop(): Promise<void>;
}

function clientOf(url: string) {
  return createTestClient({ mode: "anvil", transport: http(url), pollingInterval: 100 }).extend(publicActions).extend(walletActions);
}

/** Starts two chains and a relayer on free ports, and waits until they are ready. */
export async function startDevnet(): Promise<Devnet> {
  const home = await mkdtemp(join(tmpdir(), "causeway-bridge-web-"));
  const args = ["devnet", "--json", "--autorelay", "--block-time", "1", "--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"];
  const child = spawn(program, args, { env: { ...process.env, CAUSEWAY_HOME: home }, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const admin = await ready(child, said);
  const network = (await (await fetch(`${admin}/network`)).json()) as Devnet["network"];
  return {
    network,
    chain(id) {
      const chain = network.chains.find(({ chain_id }) => chain_id === id);
      if (!chain) throw new Error(`the devnet has no chain ${id}`);
      return clientOf(chain.rpc_url);
    },
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      process.removeListener("exit", kill);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The admin API's URL, from the line that says that all is ready. */
async function ready(child: ChildProcess, said: readonly string[]): Promise<string> {
  const failed = once(child, "error").then(([error]) => Promise.reject(new Error(`${program} cannot be started: ${error}`)));
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`the devnet ended: ${said.join("\n")}`)));
  const told = (async () => {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const event = JSON.parse(line) as { event: string; network?: { adminUrl: string } };
      if (event.event === "ready" && event.network) return event.network.adminUrl;
    }
    return new Promise<never>(() => {});
  })();
  ended.catch(() => {});
  failed.catch(() => {});
  return Promise.race([told, failed, ended]);
}

/** Code of a contract that refuses every call with an error that takes no arguments. */
export function refusing(selector: Hex): Hex {
  return `0x63${selector.slice(2)}60e01b60005260046000fd`;
}
