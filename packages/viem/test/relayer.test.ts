import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { DeliveryTimeoutError, MessageFailedError, type MessageStatus } from "@causeway-interop/viem";
import type { Hash, Hex } from "viem";
import { counterAbi } from "./support/counter.js";
import { type Pair, relay, sendIncluded, startPair } from "./support/pair.js";
import { root } from "./support/processes.js";
import { type ToldRelayer, attempts, inFlight, startRelayer } from "./support/relayer.js";

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
  async function told(value: bigint, act: (relayer: ToldRelayer & { hash: Hash; look: (url?: string) => Promise<MessageStatus> }) => Promise<void>) {
    const hash = await sendIncluded(pair, value);
    const relayer = await startRelayer(pair, hash);
    const look = (relayerUrl = relayer.url) => pair.source.interop.getMessageStatus({ hash, destination: pair.destination, relayerUrl });
    await act({ ...relayer, hash, look }).finally(relayer.stop);
  }

  const other = `0x${"ab".repeat(32)}` as const;
  const nothing = { transactionHash: undefined, reason: undefined, next: undefined, note: undefined } as const;

  test("tells what it has on its way", () =>
    told(1n, async ({ message, asked, tell, look }) => {
      tell(inFlight(other));
      const status = await look();
      assert.ok(status.state === "in-flight", status.state);
      assert.equal(status.transactionHash, other);
      assert.deepEqual(status.relayer, { ...nothing, state: "in-flight", transactionHash: other });
      assert.deepEqual(asked, [{ path: `/v1/messages/${message}`, authorization: undefined }]);
    }));

  test("is told beside the chains where they say otherwise", () =>
    told(2n, async ({ tell, look }) => {
      tell({ status: "failed", ...attempts(other, "failed", "Refused(1, no)") });
      const { state, relayer } = await look();
      assert.equal(state, "ready");
      const note = "the relayer says failed; by the chains it is ready";
      assert.deepEqual(relayer, { ...nothing, state: "failed", transactionHash: other, reason: "Refused(1, no)", note });
      for (const status of ["delivered", "expired", "reorged"]) {
        tell({ status });
        const { state, relayer } = await look();
        assert.deepEqual([state, relayer?.note], ["ready", `the relayer says ${status}; by the chains it is ready`]);
      }
    }));

  test("says that it has taken a message out, for which nobody need wait", () =>
    told(9n, async ({ tell, look }) => {
      const text = "nothing: an operator\n took it out (on a list); a retry puts it back";
      tell({ status: "pending", next: { code: "skipped", text } });
      const status = await look();
      assert.deepEqual(status.relayer, { ...nothing, state: "pending", reason: text.replace("\n", ""), next: "skipped" });
      assert.match(new DeliveryTimeoutError({ timeout: 1, status }).message, /Of the relayer that was asked: nothing: an operator took it out/);
      tell({ status: "pending", next: { code: "Not a name", text: 7 } });
      assert.deepEqual((await look()).relayer, { ...nothing, state: "pending" });
    }));

  test("is read by the rule that the Rust crate reads it by", () =>
    told(10n, async ({ tell, look }) => {
      type Case = {
        name: string;
        status: "pending" | "in-flight" | "failed";
        attempts: unknown[];
        next?: { code: string };
        transactionHash: Hash | null;
      };
      const cases = JSON.parse(readFileSync(join(root, "crates", "client", "tests", "data", "relayer.json"), "utf8")) as Case[];
      assert.ok(cases.length > 15);
      for (const { name, status, attempts, next, transactionHash } of cases) {
        tell({ status, timeline: { attempts }, next });
        const { state, relayer } = await look();
        assert.equal(state, status === "in-flight" && transactionHash ? status : "ready", name);
        assert.equal(relayer?.transactionHash, transactionHash ?? undefined, name);
        assert.equal(relayer?.next, next?.code, name);
      }
    }));

  test("that is away, slow or wrong leaves the status to the chains", () =>
    told(11n, async ({ asked, answer, tell, look }) => {
      const mined = await relay(pair, await sendIncluded(pair, 12n));
      const bad: [RegExp, () => void][] = [
        [/does not know/, () => tell({ code: "not-found" }, 404)],
        [/is no relayer/, () => tell({ code: "no-such-path" }, 404)],
        [/is no relayer/, () => answer((response) => void response.writeHead(404).end("Not Found"))],
        [/HTTP 503/, () => tell({}, 503)],
        [/another message/, () => tell({ ...inFlight(other), messageHash: other })],
        [/other chains/, () => tell({ ...inFlight(other), destination: "903" })],
        [/no status/, () => tell({ status: "fine" })],
        [/names no transaction/, () => tell({ status: "in-flight" })],
        [/in a block already/, () => tell(inFlight(mined))],
        [/is no relayer/, () => answer((response) => void response.end("<html>"))],
        [/too long/, () => answer((response) => void response.end(" ".repeat(2 << 20)))],
        [/redirect|HTTP 302/, () => answer((response) => void response.writeHead(302, { location: "/elsewhere" }).end())],
        [/within 3 s/, () => answer(() => undefined)],
        [/cannot be reached/, () => answer((response) => void response.destroy())],
      ];
      for (const [note, prepare] of bad) {
        prepare();
        const { state, relayer } = await look();
        assert.deepEqual([state, relayer?.state], ["ready", undefined]);
        assert.match(relayer?.note ?? "", note);
      }
      assert.ok(asked.every(({ path }) => path !== "/elsewhere"));
      for (const wrong of ["127.0.0.1:8460", "localhost:8460", "ws://127.0.0.1:8460", "8460", ""]) {
        const { state, relayer } = await look(wrong);
        assert.deepEqual([state, relayer?.note], ["ready", "relayerUrl is no http:// or https:// URL"], wrong);
      }
    }));

  test("does not hide that the delivery reverts", () =>
    told(3n, async ({ hash, url, tell, look }) => {
      const { source, destination, relayer, counter } = pair;
      const closing = await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [true] });
      await destination.waitForTransactionReceipt({ hash: closing });
      tell(inFlight(other));
      const status = await look();
      assert.equal(status.state, "failed");
      assert.equal(status.relayer?.note, "the relayer says in-flight; by the chains it is failed");
      await assert.rejects(source.interop.waitForDelivery({ hash, destination, relayerUrl: url, pollingInterval: 20, timeout: 60_000 }), MessageFailedError);
    }));

  test("is not believed of a transaction that does not carry the message", () =>
    told(4n, async ({ hash, tell, look }) => {
      const { relayer, steerDestination } = pair;
      const another = await sendIncluded(pair, 5n);
      await steerDestination.setAutomine(false);
      const waiting = [await relayer.sendTransaction({ to: relayer.account.address, value: 1n }), await relay(pair, another)];
      for (const transaction of waiting) {
        tell(inFlight(transaction));
        const { state, relayer: word } = await look();
        assert.equal(state, "ready");
        assert.deepEqual({ state: word?.state, note: word?.note }, { state: undefined, note: "the transaction that the relayer says is in flight does not carry the message" });
      }
      const carrying = await relay(pair, hash);
      tell(inFlight(carrying));
      const { state, relayer: word } = await look();
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
      const waiting = source.interop.waitForDelivery({ hash, destination, relayerUrl: url, onStatus, pollingInterval: 20, signal: calling.signal, timeout: 60_000 });
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
    told(7n, async ({ url, asked, tell, look }) => {
      tell(inFlight(other));
      const at = (user: string) => look(url.replace("//", `//${user}@`));
      assert.equal((await at("me:p%40s%C3%A9")).state, "in-flight");
      assert.equal((await at("100%")).state, "in-flight");
      assert.deepEqual(asked.map(({ authorization }) => authorization), ["me:p@sé", "100%:"].map((user) => `Basic ${Buffer.from(user).toString("base64")}`));
    }));

  test("says whatever it likes, on one line of whole characters, or nothing", () =>
    told(8n, async ({ tell, look }) => {
      const says = async (reason: string | null) => {
        tell({ status: "failed", ...attempts(other, "failed", reason) });
        return (await look()).relayer?.reason;
      };
      assert.equal(await says(" a\u202eb\u2028\u0007c\u200b "), "a b c");
      assert.equal(await says(`${"x".repeat(499)}\u{1f600}y`), `${"x".repeat(499)}\u{1f600}`);
      for (const unseen of ["", "\u202e\n", null]) assert.equal(await says(unseen), undefined);
    }));
});
