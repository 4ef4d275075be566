/**
 * A plugin for `@wagmi/cli`: the contracts of interop, and those of a project, for `wagmi generate`. It needs neither React nor
 * wagmi.
 *
 * @module
 */
import type { ContractConfig, Plugin } from "@wagmi/cli";
import { bindingsOf, readBindings } from "./bindings.js";
import { type PredeployName, predeployContracts } from "./predeploys.js";

export type { PredeployName } from "./predeploys.js";

export type CausewayConfig = {
  /** The contracts of interop, with their addresses: all (if left out), none (`false`), or those that are named. */
  predeploys?: boolean | readonly PredeployName[] | undefined;
  /** Folder of a forge or hardhat project: `causeway bindings json` is run on it. Compile it before. */
  project?: string | undefined;
  /** A file that `causeway bindings json` has written: nothing is run. */
  bindings?: string | undefined;
  /** The program, if it is not `causeway` on the PATH. */
  command?: string | undefined;
  /** Further arguments of `causeway bindings json`, such as `["--include", "Counter"]`. */
  args?: readonly string[] | undefined;
  /** What the names of the project's contracts begin with in what is generated. */
  namePrefix?: string | undefined;
};

/**
 * Contracts for `wagmi generate`.
 *
 * @example
 * export default defineConfig({
 *   out: "src/generated.ts",
 *   plugins: [causeway({ project: "../contracts" }), react()],
 * });
 */
export function causeway(config: CausewayConfig = {}): Plugin {
  const { predeploys = true, project, bindings, command = "causeway", args = [], namePrefix = "" } = config;
  return {
    name: "Causeway",
    async contracts() {
      const ours: ContractConfig[] = predeployContracts(predeploys);
      const read = bindings === undefined ? [] : await readBindings(bindings);
      const made = project === undefined ? [] : await bindingsOf(project, command, args);
      const theirs = [...read, ...made].map((contract) => ({ ...contract, name: `${namePrefix}${contract.name}` }));
      return [...ours, ...theirs];
    },
  };
}
