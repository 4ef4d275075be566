import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { InvalidDestinationChainError, getMessageStatus, waitForDelivery } from "@causeway-interop/viem";
import { type Hash, createPublicClient, http } from "viem";
import { reader } from "./support/clients.js";
import { type Pair, deliver, sendIncluded, startPair } from "./support/pair.js";
import { type Twist, startProxy } from "./support/proxy.js";

/** Answers that are none. */
const none: Readonly<Record<string, Exclude<Twist, undefined>>> = {
  null: { result: null },
  nothing: { result: undefined },
  "empty data": { result: "0x" },
  "an object": { result: {} },
  "an error": { error: { code: -32000, message: "header not found" } },
};
const methods = ["eth_chainId", "eth_getTransactionReceipt", "eth_getLogs", "eth_call", "eth_getBlockByNumber"];

describe("a node whose answers make no sense for a while", () => {
  let pair: Pair;
  let hash: Hash;
  before(async () => {
    pair = await startPair();
    hash = await sendIncluded(pair);
    await deliver(pair, hash);
  });
  after(() => pair.stop());

  /** A client that does not say which chain it is of, nor asks again. */
  const bare = (url: string) => createPublicClient({ transport: http(url, { retryCount: 0 }), pollingInterval: 50 });

  for (const side of ["source", "destination"] as const) {
    for (const method of methods) {
      test(`the ${side}'s, to ${method}: the waiting goes on`, async () => {
        for (const [name, twist] of Object.entries(none)) {
          let left = 3;
          const url = side === "source" ? pair.urls.a : pair.urls.b;
          const proxy = await startProxy(url, (call) => (call.method === method && left-- > 0 ? twist : undefined));
          const clients = { source: bare(pair.urls.a), destination: bare(pair.urls.b), [side]: bare(proxy.url) };
          const told = await waitForDelivery(clients.source, { hash, destination: clients.destination }).catch((error: unknown) => error);
          assert.equal((told as { state?: string }).state, "delivered", `${name}: ${String(told)}`);
          await proxy.stop();
        }
      });
    }
  }

  test("a client of the destination that names another chain's node is told apart from a delivery that fails", async () => {
    const waiting = await sendIncluded(pair);
    await assert.rejects(getMessageStatus(pair.source, { hash: waiting, destination: reader(902, pair.urls.a) }), InvalidDestinationChainError);
  });

  test("a source that hears late of a transaction is waited for, however quick the destination's blocks are", async () => {
    const late = await sendIncluded(pair);
    await deliver(pair, late);
    let left = 40;
    const proxy = await startProxy(pair.urls.a, ({ method }) => {
      if (method === "eth_getTransactionReceipt") void pair.steerDestination.mine({ blocks: 1 });
      return /^eth_getTransaction(Receipt|ByHash)$/.test(method) && left-- > 0 ? { result: null } : undefined;
    });
    const source = createPublicClient({ transport: http(proxy.url), pollingInterval: 1_000 });
    const { state } = await waitForDelivery(source, { hash: late, destination: pair.destination });
    assert.equal(state, "delivered");
    await proxy.stop();
  });

  test("a time that no timer can hold is none", async () => {
    const waiting = await sendIncluded(pair);
    const controller = new AbortController();
    const reason = new Error("enough");
    for (const timeout of [Number.POSITIVE_INFINITY, 2 ** 32]) {
      const onStatus = () => controller.abort(reason);
      await assert.rejects(waitForDelivery(pair.source, { hash: waiting, destination: pair.destination, timeout, signal: controller.signal, onStatus }), reason);
    }
  });

  test("an id of any size is read to the last digit", async () => {
    const id = 2n ** 64n + 1n;
    const proxy = await startProxy(pair.urls.a, ({ method }) => (method === "eth_chainId" ? { result: `0x${id.toString(16)}` } : undefined));
    const { message } = await getMessageStatus(bare(proxy.url), { hash, destination: pair.destination });
    assert.equal(message?.source, id);
    await proxy.stop();
  });
});
