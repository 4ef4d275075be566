import {
  type Address,
  type EIP1193Parameters,
  type EIP1193RequestFn,
  type Hash,
  type Hex,
  RpcRequestError,
  type RpcTransactionRequest,
  SwitchChainError,
  getAddress,
  keccak256,
  numberToHex,
} from "viem";
import { rpc } from "viem/utils";
import { ChainNotConfiguredError, createConnector } from "wagmi";

/** That the page was connected before: it is again after a reload. */
const CONNECTED = "devnet.connected";

type Provider = { request: EIP1193RequestFn };

/**
 * The accounts that the devnet's nodes sign for, as a wallet: it answers what a wallet is asked, and hands the rest to the
 * node of the chain. (wagmi's `mock` would do, too, but knows only accounts that it is told of, and takes errors of a node for
 * results.) No key is in the page.
 */
export function devnetAccounts() {
  return createConnector<Provider>((config) => {
    let current = config.chains[0].id;

    /** A wallet that is on a chain, and stays there: what is asked of it cannot end up on another. */
    const providerOf = (chainId: number): Provider => ({
      request: (async (request: EIP1193Parameters) => {
        if (request.method === "eth_chainId") return numberToHex(chainId);
        if (request.method === "eth_requestAccounts") return ask(chainId, "eth_accounts");
        if (request.method === "eth_sendTransaction") return send(chainId, (request.params as [RpcTransactionRequest])[0]);
        return ask(chainId, request.method, request.params);
      }) as EIP1193RequestFn,
    });
    const ask = async (chainId: number, method: string, params?: unknown) => {
      const url = config.chains.find(({ id }) => id === chainId)?.rpcUrls.default.http[0];
      if (!url) throw new SwitchChainError(new ChainNotConfiguredError());
      const body = { method, ...(params ? { params } : {}) };
      const { error, result } = await rpc.http(url, { body });
      if (error) throw new RpcRequestError({ body, error, url });
      return result;
    };
    /**
     * Has the node sign before anything is sent. A browser sends a request again by itself when a connection breaks, and so does
     * this: what was signed can be mined once only, however often it is sent.
     */
    const send = async (chainId: number, transaction: RpcTransactionRequest): Promise<Hash> => {
      const nonce = transaction.nonce ?? (await ask(chainId, "eth_getTransactionCount", [transaction.from, "pending"]));
      const gas = transaction.gas ?? (await ask(chainId, "eth_estimateGas", [transaction]));
      const signed = (await ask(chainId, "eth_signTransaction", [{ ...transaction, nonce, gas }])) as Hex;
      const hash = keccak256(signed);
      let lost: unknown;
      for (let attempt = 1; ; attempt++) {
        try {
          await ask(chainId, "eth_sendRawTransaction", [signed]);
          return hash;
        } catch (error) {
          // Refused because it was sent before: the node has it in its pool, or in a block already.
          if (isKnown(error) || (await ask(chainId, "eth_getTransactionByHash", [hash]).catch(() => undefined))) return hash;
          // A node that refuses what it may have taken the first time says nothing of that time.
          if (error instanceof RpcRequestError || attempt === 2) throw lost ?? error;
          lost = error;
        }
      }
    };
    const accounts = async () => ((await ask(current, "eth_accounts")) as Address[]).map((account) => getAddress(account));

    return {
      id: "devnet",
      name: "Devnet accounts",
      type: "devnet",
      async connect({ chainId, withCapabilities } = {}) {
        current = chainId ?? current;
        const found = await accounts();
        await config.storage?.setItem(CONNECTED as never, true as never);
        return {
          chainId: current,
          accounts: (withCapabilities ? found.map((address) => ({ address, capabilities: {} })) : found) as never,
        };
      },
      async disconnect() {
        await config.storage?.removeItem(CONNECTED as never);
      },
      getAccounts: accounts,
      getChainId: async () => current,
      getProvider: async ({ chainId } = {}) => providerOf(chainId ?? current),
      isAuthorized: async () => Boolean(await config.storage?.getItem(CONNECTED as never)),
      async switchChain({ chainId }) {
        const chain = config.chains.find(({ id }) => id === chainId);
        if (!chain) throw new SwitchChainError(new ChainNotConfiguredError());
        current = chainId;
        config.emitter.emit("change", { chainId });
        return chain;
      },
      onAccountsChanged() {},
      onChainChanged() {},
      onDisconnect() {
        config.emitter.emit("disconnect");
      },
    };
  });
}

/** The node has the transaction already: it was sent before, and the answer was lost. */
function isKnown(error: unknown): boolean {
  return error instanceof RpcRequestError && /already (known|imported)/i.test(error.details);
}
