import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ContractConfig } from "@wagmi/cli";
import { type Abi, type Address, isAddress } from "viem";

/** Has `causeway bindings json` read a project, and reads what it wrote. */
export async function bindingsOf(project: string, command: string, args: readonly string[]): Promise<ContractConfig[]> {
  const folder = await mkdtemp(join(tmpdir(), "causeway-bindings-"));
  try {
    const file = join(folder, "bindings.json");
    await run(command, ["bindings", "json", "--out", file, "--project", resolve(project), ...args]);
    return await readBindings(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    execFile(command, args, { encoding: "utf8", maxBuffer: 1 << 26 }, (error, _stdout, stderr) => {
      if (!error) return done();
      if (error.code === "ENOENT") {
        return failed(new Error(`There is no ${command} on the PATH. Install Causeway, or say in \`command\` where it is, or in \`bindings\` what it has written.`));
      }
      return failed(new Error(`${[command, ...args].join(" ")}\n\n${stderr.trim() || error.message}`));
    });
  });
}

/** Reads a file that `causeway bindings json` has written. */
export async function readBindings(file: string): Promise<ContractConfig[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new Error(`There is no file ${file}: \`causeway bindings json --out ${file}\` writes it.`) : error;
  });
  try {
    return contractsOf(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is none that \`causeway bindings json\` has written: ${(error as Error).message}`);
  }
}

type Addresses = { everywhere?: string | undefined; chains?: Record<string, string> | undefined };
type Wire = { contracts: Record<string, { abi: Abi; addresses?: Addresses | undefined }> };

function contractsOf(bindings: Wire): ContractConfig[] {
  const contracts = bindings?.contracts;
  if (typeof contracts !== "object" || contracts === null || Array.isArray(contracts)) throw new Error("it has no `contracts`");
  return Object.entries(contracts).map(([name, { abi, addresses }]) => {
    if (!Array.isArray(abi)) throw new Error(`${name} has no \`abi\``);
    const address = addressOf(name, addresses ?? {});
    return { name, abi, ...(address ? { address } : {}) };
  });
}

/**
 * As wagmi has it: one address for all chains, or one for each. It cannot say both, and so leaves the others out where some
 * chains have one of their own: no address is better than a wrong one.
 */
function addressOf(name: string, { everywhere, chains = {} }: Addresses): ContractConfig["address"] {
  for (const each of [...(everywhere ? [everywhere] : []), ...Object.values(chains)]) {
    if (!isAddress(each, { strict: false })) throw new Error(`${name} stands at ${each}, which is no address`);
  }
  return Object.keys(chains).length ? (chains as Record<number, Address>) : (everywhere as Address | undefined);
}
