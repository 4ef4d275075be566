import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createPublicClient, http } from "viem";
import { counterAt } from "../bindings/index.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const causeway = process.env.CAUSEWAY ?? "causeway";
const home = mkdtempSync(join(tmpdir(), "causeway-counter-"));
const env = { ...process.env, CAUSEWAY_HOME: home };
const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { cwd: folder, env });

// Two chains and a relayer, on ports that are free.
const devnet = spawn(causeway, ["devnet", "--json", "--quiet", "--autorelay", "--block-time", "1", "--l1-port", "0", "--l2-starting-port", "0", "--admin-port", "0"], {
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
// A test that takes too long is ended by a signal, which would pass by what it has started.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
process.once("exit", () => devnet.kill("SIGKILL"));
const ended = once(devnet, "close");
after(async () => {
  devnet.kill("SIGTERM");
  await ended;
  rmSync(home, { recursive: true, force: true });
});

let urls: string[];
let address: `0x${string}`;
before(async () => {
  for await (const line of createInterface({ input: devnet.stdout })) {
    const event = JSON.parse(line) as { event: string; network?: { chains: { rpcUrl: string }[] } };
    if (event.event !== "ready" || !event.network) continue;
    urls = event.network.chains.map(({ rpcUrl }) => rpcUrl);
    break;
  }
  const { stdout } = await run(causeway, "deploy", "contract", "--artifact", "contract/Counter.sol:Counter", "--chains", ...urls, "--json");
  address = JSON.parse(stdout).data.address;
});

const raise = (by: string) => run(process.execPath, "--import", "tsx", "raise.ts", address, by, ...urls);

test("the program raises the counter on the other chain", async () => {
  assert.match((await raise("5")).stdout, /^0 before, 5 after: delivered in 0x[0-9a-f]{64}\n$/);
  assert.match((await raise("37")).stdout, /^5 before, 42 after/);
  const [here, there] = urls.map((url) => createPublicClient({ transport: http(url) }));
  const counter = counterAt(address);
  assert.equal(await here?.readContract({ ...counter, functionName: "number" }), 0n);
  assert.equal(await there?.readContract({ ...counter, functionName: "raisedFrom", args: [901n] }), 42n);
});

test("the program says why the counter does not count", async () => {
  // In words alone: nobody finds it in the whole of an error of viem's.
  await assert.rejects(raise("0"), ({ stderr }: { stderr: string }) => /^The delivery on chain 902 would revert: NothingToCount\(\)/.test(stderr) && stderr.split("\n").length < 12);
});

test("the README shows the program that is tested", () => {
  const shown = readFileSync(join(folder, "README.md"), "utf8").match(/^```ts\n([^]*?)^```/m)?.[1];
  assert.equal(shown, readFileSync(join(folder, "raise.ts"), "utf8"));
});
