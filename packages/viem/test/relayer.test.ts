import assert from "node:assert/strict";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { MessageFailedError, messageHash } from "@causeway-interop/viem";
import type { Hash, Hex } from "viem";
import { counterAbi } from "./support/counter.js";
import { type Pair, messageOf, relay, sendIncluded, startPair } from "./support/pair.js";

describe("a relayer that is asked beside the chains", () => {
  let pair: Pair;
  let snapshots: readonly [Hex, Hex];
  before(async () => void (pair = await startPair()));
  after(() => pair.stop());
  beforeEach(async () => void (snapshots = await Promise.all([pair.steerSource.snapshot(), pair.steerDestination.snapshot()])));
  afterEach(async () => {
    await pair.steerDestination.setAutomine(true);
    await Promise.all([pair.steerSource.revert({ id: snapshots[0] }), pair.steerDestination.revert({ id: snapshots[1] })]);
  });

  /** A message, and a relayer that tells of it whatever it is told to. */
  async function told(value: bigint, act: (world: { hash: Hash; url: URL; asked: (string | undefined)[]; tell: (body: object) => void }) => Promise<void>) {
    const hash = await sendIncluded(pair, value);
    const known = { messageHash: messageHash(await messageOf(pair, hash)), source: "901", destination: "902" };
    let answer = (response: ServerResponse) => void response.writeHead(404).end();
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const tell = (body: object) => void (answer = (response) => void response.end(JSON.stringify({ ...known, ...body })));
    try {
      await act({ hash, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked, tell });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const attempts = (transactionHash: Hash, state = "broadcast", reason: string | null = null) => ({ timeline: { attempts: [{ chainId: "902", versions: [{ transactionHash, state, reason }] }] } });
  const inFlight = (transactionHash: Hash) => ({ status: "in-flight", ...attempts(transactionHash) });
  const other = `0x${"ab".repeat(32)}` as const;

  test("does not hide that the delivery reverts", () =>
    told(3n, async ({ hash, url, tell }) => {
      const { source, destination, relayer, counter } = pair;
      const closing = await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [true] });
      await destination.waitForTransactionReceipt({ hash: closing });
      tell(inFlight(other));
      const options = { hash, destination, relayerUrl: url.href };
      const status = await source.interop.getMessageStatus(options);
      assert.equal(status.state, "failed");
      assert.equal(status.relayer?.note, "the relayer says in-flight; by the chains it is failed");
      await assert.rejects(source.interop.waitForDelivery({ ...options, pollingInterval: 20, timeout: 60_000 }), MessageFailedError);
    }));

  test("is not believed of a transaction that does not carry the message", () =>
    told(4n, async ({ hash, url, tell }) => {
      const { source, destination, relayer, steerDestination } = pair;
      const another = await sendIncluded(pair, 5n);
      await steerDestination.setAutomine(false);
      const waiting = [await relayer.sendTransaction({ to: relayer.account.address, value: 1n }), await relay(pair, another)];
      for (const transaction of waiting) {
        tell(inFlight(transaction));
        const { state, relayer: word } = await source.interop.getMessageStatus({ hash, destination, relayerUrl: url.href });
        assert.equal(state, "ready");
        assert.deepEqual({ state: word?.state, note: word?.note }, { state: undefined, note: "the transaction that the relayer says is in flight does not carry the message" });
      }
      const carrying = await relay(pair, hash);
      tell(inFlight(carrying));
      const { state, relayer: word } = await source.interop.getMessageStatus({ hash, destination, relayerUrl: url.href });
      assert.deepEqual([state, word?.state, word?.note], ["in-flight", "in-flight", undefined]);
    }));

  test("is followed from one transaction to the next, and in what it says", () =>
    told(6n, async ({ hash, url, tell }) => {
      const { source, destination } = pair;
      const calling = new AbortController();
      const seen: unknown[] = [];
      const next = { on: () => undefined as void };
      const heard = () => new Promise<void>((resolve) => void (next.on = resolve));
      const onStatus = (status: { state: string; transactionHash?: Hash | undefined; relayer?: { reason: string | undefined } | undefined }) => {
        seen.push([status.state, status.transactionHash, status.relayer?.reason]);
        next.on();
      };
      tell(inFlight(other));
      let step = heard();
      const waiting = source.interop.waitForDelivery({ hash, destination, relayerUrl: url.href, onStatus, pollingInterval: 20, signal: calling.signal, timeout: 60_000 });
      const over = assert.rejects(waiting, /over/);
      const dearer = `0x${"cd".repeat(32)}` as const;
      for (const words of [inFlight(dearer), { status: "failed", ...attempts(other, "failed", "one") }, { status: "failed", ...attempts(other, "failed", "two") }]) {
        await Promise.race([step, over]);
        step = heard();
        tell(words);
      }
      await Promise.race([step, over]);
      calling.abort(new Error("over"));
      await over;
      assert.deepEqual(seen, [["in-flight", other, undefined], ["in-flight", dearer, undefined], ["ready", undefined, "one"], ["ready", undefined, "two"]]);
    }));

  test("is asked with the user of its URL", () =>
    told(7n, async ({ hash, url, asked, tell }) => {
      const { source, destination } = pair;
      tell(inFlight(other));
      const at = (user: string) => source.interop.getMessageStatus({ hash, destination, relayerUrl: url.href.replace("//", `//${user}@`) });
      assert.equal((await at("me:p%40s%C3%A9")).state, "in-flight");
      assert.equal((await at("100%")).state, "in-flight");
      assert.deepEqual(asked, ["me:p@sé", "100%:"].map((user) => `Basic ${Buffer.from(user).toString("base64")}`));
    }));

  test("says whatever it likes, on one line of whole characters, or nothing", () =>
    told(8n, async ({ hash, url, tell }) => {
      const { source, destination } = pair;
      const says = async (reason: string | null) => {
        tell({ status: "failed", ...attempts(other, "failed", reason) });
        return (await source.interop.getMessageStatus({ hash, destination, relayerUrl: url.href })).relayer?.reason;
      };
      assert.equal(await says(" a\u202eb\u2028\u0007c\u200b "), "a b c");
      assert.equal(await says(`${"x".repeat(499)}\u{1f600}y`), `${"x".repeat(499)}\u{1f600}`);
      for (const nothing of ["", "\u202e\n", null]) assert.equal(await says(nothing), undefined);
    }));
});
