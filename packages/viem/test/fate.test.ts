import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { InteropExecutionError, SendingUnknownError, sendETH } from "@causeway-interop/viem";
import { type Hash, UserRejectedRequestError, createWalletClient, custom, http } from "viem";
import { chainAt, devAccount, unlocked, writer } from "./support/clients.js";
import { type Pair, messageOf, sendIncluded, startPair } from "./support/pair.js";
import { type Twist, startProxy } from "./support/proxy.js";

const recipient = "0x00000000000000000000000000000000000c0de5";

/** Answers that say nothing of what was sent. */
const answers: Readonly<Record<string, Exclude<Twist, undefined>>> = {
  "a closed connection": { lost: "closed" },
  "an empty one": { lost: { body: "" } },
  "one without a result": { lost: { body: "{}" } },
  "no hash": { lost: { body: '{"jsonrpc":"2.0","id":1,"result":null}' } },
  "a gateway that has waited long enough": { lost: { status: 504, body: "" } },
  "a gateway's excuse": { lost: { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"upstream timed out"}}' } },
  "that it is known": { lost: { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"already known"}}' } },
  "that its number is taken": { lost: { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"nonce too low"}}' } },
};

describe("a transaction whose answer is lost", () => {
  let pair: Pair;
  before(async () => void (pair = await startPair()));
  after(() => pair.stop());
  const sentBy = (index: number) => pair.source.getTransactionCount({ address: devAccount(index).address });
  const value = { to: recipient, value: 1n, chainId: 902 } as const;

  for (const [name, twist] of Object.entries(answers)) {
    test(`by a key: ${name}`, async () => {
      const proxy = await startProxy(pair.urls.a, ({ method }) => (method === "eth_sendRawTransaction" ? twist : undefined));
      const before = await sentBy(3);
      const hash = await writer(901, proxy.url, 3).interop.sendETH(value);
      assert.equal((await messageOf(pair, hash)).log.transactionHash, hash);
      assert.equal(await sentBy(3), before + 1, "it was sent once");
      await proxy.stop();
    });
  }

  test("by a key, and nobody can tell whether it was sent", async () => {
    let signed: Hash | undefined;
    const proxy = await startProxy(pair.urls.a, ({ method }) => {
      if (method === "eth_sendRawTransaction") return { lost: "closed" };
      return method === "eth_getTransactionByHash" ? { status: 503 } : undefined;
    });
    await assert.rejects(writer(901, proxy.url, 3).interop.sendETH(value), (error) => {
      assert.ok(error instanceof SendingUnknownError, String(error));
      signed = error.transactionHash;
      return /may have been sent, or not/.test(error.shortMessage);
    });
    assert.ok(signed);
    assert.equal((await messageOf(pair, signed)).log.transactionHash, signed);
    await proxy.stop();
  });

  for (const [name, twist] of Object.entries(answers).slice(0, 6)) {
    test(`by a node's account: ${name}`, async () => {
      const proxy = await startProxy(pair.urls.a, ({ method }) => (method === "eth_sendTransaction" ? twist : undefined));
      const before = await sentBy(4);
      await assert.rejects(
        unlocked(901, proxy.url, 4).interop.sendETH(value),
        (error) => error instanceof SendingUnknownError && error.transactionHash === undefined,
      );
      assert.equal(await sentBy(4), before + 1, "it was sent once");
      await proxy.stop();
    });
  }

  test("by a node's account: none in time", async () => {
    const proxy = await startProxy(pair.urls.a, ({ method }) => (method === "eth_sendTransaction" ? { lost: "held" } : undefined));
    const before = await sentBy(4);
    const wallet = createWalletClient({ account: devAccount(4).address, chain: chainAt(901, proxy.url), transport: http(proxy.url, { timeout: 500 }) });
    await assert.rejects(sendETH(wallet, value), SendingUnknownError);
    assert.equal(await sentBy(4), before + 1, "it was sent once");
    await proxy.stop();
  });

  test("of a relay", async () => {
    const { log } = await messageOf(pair, await sendIncluded(pair));
    const executing = await pair.source.interop.buildExecutingMessage({ log });
    const proxy = await startProxy(pair.urls.b, ({ method }) => (method === "eth_sendRawTransaction" ? { lost: "closed" } : undefined));
    const hash = await writer(902, proxy.url, 3).interop.relayCrossDomainMessage(executing);
    assert.equal((await pair.destination.waitForTransactionReceipt({ hash })).status, "success");
    await proxy.stop();
  });

  test("is not one that was never sent", async () => {
    const before = [await sentBy(3), await sentBy(4)];
    const refusals = [
      { by: writer, method: "eth_sendRawTransaction", twist: { error: { code: -32000, message: "txpool is full" } } },
      { by: unlocked, method: "eth_sendTransaction", twist: { error: { code: -32000, message: "txpool is full" } } },
      { by: writer, method: "", twist: { status: 400 } },
      { by: unlocked, method: "eth_chainId", twist: { status: 400 } },
    ];
    for (const { by, method, twist } of refusals) {
      const proxy = await startProxy(pair.urls.a, (call) => (call.method.startsWith(method) ? twist : undefined));
      const sending = by(901, proxy.url, by === writer ? 3 : 4).interop.sendETH(value);
      await assert.rejects(sending, (error) => !(error instanceof SendingUnknownError), method);
      await proxy.stop();
    }
    const wallet = createWalletClient({
      account: devAccount(4).address,
      chain: chainAt(901, pair.urls.a),
      transport: custom({
        request: (asked) => {
          if (asked.method === "eth_sendTransaction") throw new UserRejectedRequestError(new Error("no"));
          return pair.source.request(asked);
        },
      }),
    });
    await assert.rejects(sendETH(wallet, value), (error) => !(error instanceof SendingUnknownError));
    const poor = writer(901, pair.urls.a, 3).interop.sendSuperchainERC20({ tokenAddress: "0x420beeF000000000000000000000000000000001", to: recipient, amount: 1n, chainId: 902 });
    await assert.rejects(poor, (error) => error instanceof InteropExecutionError);
    assert.deepEqual([await sentBy(3), await sentBy(4)], before);
  });

  test("is not one of nothing", async () => {
    const before = await sentBy(3);
    const nothing = undefined as unknown as bigint;
    await assert.rejects(writer(901, pair.urls.a, 3).interop.sendETH({ ...value, value: nothing }), { name: "ZeroAmountError" });
    assert.equal(await sentBy(3), before);
  });
});
