import { InteropError } from "@causeway-interop/viem";
import type { Account, Address, Chain, Client, Transport } from "viem";
import type { Config, Connector } from "wagmi";
import { getClient, getConnection, getConnectorClient, switchChain } from "wagmi/actions";

/** Id of one of a configuration's chains. */
export type ChainIdOf<config extends Config> = config["chains"][number]["id"];

/** Between which chains, and who sends. */
export type RouteParameters<config extends Config = Config> = {
  /**
   * Chain to send from, as everywhere in wagmi. The one that the wallet is on, if left out; if it is on another, it is asked
   * to go there.
   */
  chainId?: ChainIdOf<config> | undefined;
  /** Chain to send to. */
  destination: ChainIdOf<config>;
  /** Account that sends; the connected one, if left out. */
  account?: Address | Account | undefined;
  /** Connector of the wallet; the current one, if left out. */
  connector?: Connector | undefined;
  /**
   * Whether to look at the destination before anything is sent: that the contracts are there which the delivery takes, and that
   * it would succeed now. True, if left out.
   */
  check?: boolean | undefined;
};

/** Fees and the like of the sending transaction; what is left out, the wallet decides. */
export type TransactionParameters = {
  /** Limit of gas. */
  gas?: bigint | undefined;
  /** Price of gas, of a transaction in the old form. */
  gasPrice?: bigint | undefined;
  /** Most that a unit of gas may cost. */
  maxFeePerGas?: bigint | undefined;
  /** Tip for a unit of gas. */
  maxPriorityFeePerGas?: bigint | undefined;
  /** Number of the transaction. */
  nonce?: number | undefined;
};

/** A chain is none of the configuration's. */
export class ChainNotConfiguredError extends InteropError {
  override name = "ChainNotConfiguredError" as const;
  /** The chain. */
  readonly chainId: number;

  constructor({ chainId }: { chainId: number }) {
    super(`Chain ${chainId} is not in wagmi's configuration: nothing can be asked of it.`, {
      hint: "Add it to `chains` and `transports` of createConfig.",
    });
    this.chainId = chainId;
  }
}

/** A client for reading a chain. */
export function clientOf(config: Config, chainId: number): Client<Transport, Chain> {
  const client = config.chains.some(({ id }) => id === chainId) ? getClient(config, { chainId }) : undefined;
  if (!client) throw new ChainNotConfiguredError({ chainId });
  return client;
}

/** The two ends of what is sent. */
export type Route = {
  /** The wallet, on the source. */
  wallet: Client<Transport, Chain | undefined, Account>;
  /** What the sending action is given for its destination: a client has it look there before. */
  checked: Client<Transport, Chain> | number;
};

/** Finds both ends, and has the wallet go to the source. */
export async function routeOf(config: Config, parameters: RouteParameters): Promise<Route> {
  const { account, connector, check = true } = parameters;
  // First of all that there is a destination: no wallet is asked for what cannot be.
  const destination = clientOf(config, parameters.destination);

  const here = connector ? await connector.getChainId() : getConnection(config).chainId;
  const chainId = parameters.chainId ?? here;
  if (chainId !== undefined && here !== undefined && here !== chainId) {
    await switchChain(config, { chainId, ...(connector ? { connector } : {}) });
  }
  const wallet = await getConnectorClient(config, {
    ...(chainId === undefined ? {} : { chainId }),
    ...(account === undefined ? {} : { account }),
    ...(connector === undefined ? {} : { connector }),
  });
  return { wallet, checked: check ? destination : parameters.destination };
}

/** The same as a transfer's parameters, whose `chainId` is the destination's. */
export function transferEnd({ checked }: Route): { chainId: number } | { destination: Client<Transport, Chain> } {
  return typeof checked === "number" ? { chainId: checked } : { destination: checked };
}
