import { createTestClient, http, type Address, type Hash } from "viem";
import { chainAt, reader, writer } from "./clients.js";
import { counterAbi, counterBytecode } from "./counter.js";
import { run, startAnvil } from "./processes.js";

export type Pair = Awaited<ReturnType<typeof startPair>>;

/** Controls of an anvil. */
function controls(id: number, url: string) {
  return createTestClient({ mode: "anvil", chain: chainAt(id, url), transport: http(url), cacheTime: 0 });
}

/** Two bare anvils, 901 and 902, with the contracts of interop, a counter on the second one, and everything to steer them. */
export async function startPair() {
  const anvils = await Promise.all([901, 902].map((id) => startAnvil(id, "--network", "optimism")));
  const [a, b] = anvils.map(({ url }) => url) as [string, string];
  await run("deploy", "predeploys", "--chain", a, b, "--devnet-token");
  const [source, destination] = [reader(901, a), reader(902, b)];
  const hash = await writer(902, b, 9).deployContract({ abi: counterAbi, bytecode: counterBytecode() });
  const counter = (await destination.waitForTransactionReceipt({ hash })).contractAddress as Address;
  const steerDestination = controls(902, b);
  // A chain that makes several blocks in a second runs ahead of the clock: the destination runs further ahead than the source.
  await steerDestination.increaseTime({ seconds: 60 });
  await steerDestination.mine({ blocks: 1 });
  return {
    urls: { a, b },
    source,
    destination,
    wallet: writer(901, a),
    relayer: writer(902, b),
    counter,
    steerSource: controls(901, a),
    steerDestination,
    stop: async () => void (await Promise.all(anvils.map((anvil) => anvil.stop()))),
  };
}

/** Sends a call of the counter; its transaction. */
export function send({ wallet, counter }: Pair, number = 1n): Promise<Hash> {
  return wallet.interop.sendCrossChainCall({ abi: counterAbi, functionName: "set", args: [number, "no"], target: counter, destination: 902 });
}

/** Sends a call of the counter, and waits for its block; its transaction. */
export async function sendIncluded(pair: Pair, number = 1n): Promise<Hash> {
  const hash = await send(pair, number);
  await pair.source.waitForTransactionReceipt({ hash });
  return hash;
}

/** The message that a transaction on the source sends. */
export async function messageOf({ source }: Pair, hash: Hash) {
  const { logs } = await source.waitForTransactionReceipt({ hash });
  const [message] = await source.interop.getCrossDomainMessages({ logs });
  if (!message) throw new Error("no message was sent");
  return message;
}

/** Delivers what a transaction on the source sends; the transaction that does. */
export async function relay(pair: Pair, hash: Hash): Promise<Hash> {
  const { log } = await messageOf(pair, hash);
  return pair.relayer.interop.relayCrossDomainMessage(await pair.source.interop.buildExecutingMessage({ log }));
}

/** Delivers what a transaction on the source sends, and waits for the block; the transaction that does. */
export async function deliver(pair: Pair, hash: Hash): Promise<Hash> {
  const delivery = await relay(pair, hash);
  await pair.destination.waitForTransactionReceipt({ hash: delivery });
  return delivery;
}
