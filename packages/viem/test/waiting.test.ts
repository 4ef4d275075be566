import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import {
  DeliveryTimeoutError,
  MessageExpiredError,
  MessageFailedError,
  MessageNotFoundError,
  MessageReorgedError,
  type MessageStatus,
  NoContractError,
  SendingReplacedError,
  SendingRevertedError,
  contracts,
  l2ToL2CrossDomainMessengerAbi,
} from "@causeway-interop/viem";
import { type Hex, encodeFunctionData, keccak256 } from "viem";
import { devAccount, reader } from "./support/clients.js";
import { counterAbi } from "./support/counter.js";
import { type Pair, relay, send, sendIncluded, startPair } from "./support/pair.js";
import { startProxy } from "./support/proxy.js";
import { inFlight, startRelayer } from "./support/relayer.js";

describe("waiting for a delivery", () => {
  let pair: Pair;
  let snapshots: readonly [Hex, Hex];
  before(async () => void (pair = await startPair()));
  after(() => pair.stop());
  beforeEach(async () => void (snapshots = await Promise.all([pair.steerSource.snapshot(), pair.steerDestination.snapshot()])));
  afterEach(async () => {
    await Promise.all([pair.steerSource.setAutomine(true), pair.steerDestination.setAutomine(true)]);
    await Promise.all([pair.steerSource.revert({ id: snapshots[0] }), pair.steerDestination.revert({ id: snapshots[1] })]);
  });

  /** Waits, and tells of each state as it comes: `seen` resolves when one has come. */
  function watching() {
    const states: MessageStatus[] = [];
    const waiting: { is: (status: MessageStatus) => boolean; resolve: (status: MessageStatus) => void }[] = [];
    const onStatus = (status: MessageStatus) => {
      states.push(status);
      for (const { is, resolve } of waiting) if (is(status)) resolve(status);
    };
    const seen = (is: (status: MessageStatus) => boolean) => {
      const found = states.find(is);
      return found ? Promise.resolve(found) : new Promise<MessageStatus>((resolve) => waiting.push({ is, resolve }));
    };
    return { states, onStatus, seen, state: (state: MessageStatus["state"]) => seen((status) => status.state === state) };
  }

  /** Mines on both ends until something has come about: bare anvils make no blocks by themselves. */
  async function mining<result>(until: Promise<result>): Promise<result> {
    let isOver = false;
    const done = until.finally(() => (isOver = true));
    done.catch(() => {});
    while (!isOver) {
      await Promise.all([pair.steerSource.mine({ blocks: 1 }), pair.steerDestination.mine({ blocks: 1 })]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return done;
  }

  test("from the block to the delivery, with each state between", async () => {
    const { source, destination, steerSource, steerDestination } = pair;
    const { states, onStatus, state } = watching();
    await steerSource.setAutomine(false);
    const hash = await send(pair, 8n);
    const delivered = source.interop.waitForDelivery({ hash, destination, onStatus });
    await state("pending");
    await steerSource.mine({ blocks: 1 });
    await state("ready");
    await steerDestination.setAutomine(false);
    const delivery = await relay(pair, hash);
    await state("in-flight");
    await steerDestination.mine({ blocks: 1 });
    const { transactionHash, returnDataHash, message } = await delivered;
    assert.equal(transactionHash, delivery);
    assert.equal(returnDataHash, keccak256(`0x${"08".padStart(64, "0")}`));
    assert.equal(message.destination, 902n);
    assert.deepEqual(states.map(({ state }) => state), ["pending", "ready", "in-flight", "delivered"]);
  });

  test("with what a relayer tells on the way, at each look anew", async () => {
    const { source, destination } = pair;
    const hash = await sendIncluded(pair, 9n);
    const transactionHash = `0x${"cd".repeat(32)}` as const;
    const { url: relayerUrl, tell, stop } = await startRelayer(pair, hash);
    try {
      tell({ status: "pending" });
      const { states, onStatus, seen, state } = watching();
      const delivered = mining(source.interop.waitForDelivery({ hash, destination, relayerUrl, onStatus }));
      assert.equal((await state("ready")).relayer?.state, "pending");
      tell(inFlight(transactionHash));
      await seen((status) => status.state === "in-flight" && status.transactionHash === transactionHash);
      // What it says of a delivery ends no wait: the chain does.
      tell({ status: "delivered" });
      await seen((status) => status.relayer?.note === "the relayer says delivered; by the chains it is ready");
      const delivery = await relay(pair, hash);
      assert.equal((await delivered).transactionHash, delivery);
      assert.equal(states.at(-1)?.state, "delivered");
    } finally {
      await stop();
    }
  });

  test("as sure as one wants it", async () => {
    const { source, destination } = pair;
    const hash = await send(pair);
    const delivery = await relay(pair, hash);
    const { seen, onStatus } = watching();
    let isFinal = false;
    const waiting = source.interop.waitForDelivery({ hash, destination, deliverySafety: "finalized", onStatus }).finally(() => (isFinal = true));
    await seen(({ state }) => state === "delivered");
    assert.equal(isFinal, false);
    const { transactionHash, deliverySafety } = await mining(waiting);
    assert.equal(transactionHash, delivery);
    assert.equal(deliverySafety, "finalized");
  });

  test("until it is called off, or the time is over", async () => {
    const { source, destination } = pair;
    const hash = await send(pair);
    const { onStatus, state } = watching();
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const waiting = source.interop.waitForDelivery({ hash, destination, signal: controller.signal, onStatus });
    await state("ready");
    controller.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(source.interop.waitForDelivery({ hash, destination, signal: controller.signal }), reason);
    await assert.rejects(source.interop.waitForDelivery({ hash, destination, timeout: 500 }), (error: unknown) => {
      assert.ok(error instanceof DeliveryTimeoutError, String(error));
      assert.equal(error.status?.state, "ready");
      return true;
    });
  });

  test("through the faults of both nodes", async (context) => {
    const { urls } = pair;
    let [isAway, calls] = [true, 0];
    const faults = [{ status: 503 }, { error: { code: -32603, message: "internal error" } }, { status: 429 }] as const;
    const twist = () => (isAway ? faults[calls++ % faults.length] : undefined);
    const [a, b] = await Promise.all([startProxy(urls.a, twist), startProxy(urls.b, twist)]);
    context.after(() => Promise.all([a.stop(), b.stop()]));
    const hash = await send(pair);
    let failed = (_error: Error) => {};
    const failure = new Promise<Error>((resolve) => (failed = resolve));
    const waiting = reader(901, a.url).interop.waitForDelivery({ hash, destination: reader(902, b.url), onError: (error) => failed(error) });
    assert.ok((await failure) instanceof Error);
    const delivery = await relay(pair, hash);
    isAway = false;
    assert.equal((await waiting).transactionHash, delivery);
  });

  test("past a node that has nothing yet, not for what is nowhere", async (context) => {
    const { urls, source } = pair;
    let [isBare, calls] = [true, 0];
    const proxy = await startProxy(urls.b, ({ method }) => (isBare && method === "eth_call" && ++calls ? { result: "0x" } : undefined));
    context.after(proxy.stop);
    const hash = await send(pair);
    const destination = reader(902, proxy.url);
    const { onStatus, state } = watching();
    const waiting = source.interop.waitForDelivery({ hash, destination, onStatus });
    while (calls < 4) await pair.steerDestination.mine({ blocks: 1 });
    isBare = false;
    await state("ready");
    const delivery = await relay(pair, hash);
    assert.equal((await waiting).transactionHash, delivery);
    isBare = true;
    await assert.rejects(mining(source.interop.waitForDelivery({ hash, destination })), NoContractError);
  });

  test("through a reorg of the source that gives it another identifier", async () => {
    const { source, destination, steerSource } = pair;
    const before = await steerSource.snapshot();
    const hash = await send(pair);
    const { input, ...sent } = await source.getTransaction({ hash });
    const { onStatus, state, seen } = watching();
    const delivered = source.interop.waitForDelivery({ hash, destination, onStatus });
    const first = await state("ready");
    await steerSource.revert({ id: before });
    await steerSource.mine({ blocks: 2 });
    await state("reorged");
    const again = await pair.wallet.sendTransaction({ to: sent.to, data: input, nonce: sent.nonce });
    const second = await seen((status) => status.state === "ready" && status.id.blockNumber !== first.id?.blockNumber);
    assert.equal(second.messageHash, first.messageHash);
    const delivery = await relay(pair, again);
    assert.equal((await delivered).transactionHash, delivery);
  });

  test("not for what a reorg has taken for good", async () => {
    const { source, destination, steerSource } = pair;
    const before = await steerSource.snapshot();
    const hash = await send(pair);
    const { onStatus, state } = watching();
    const waiting = source.interop.waitForDelivery({ hash, destination, onStatus });
    await state("ready");
    await steerSource.revert({ id: before });
    await steerSource.mine({ blocks: 2 });
    await assert.rejects(mining(waiting), MessageReorgedError);
  });

  test("past a reorg of the destination that undoes the delivery", async () => {
    const { source, destination, steerDestination } = pair;
    const hash = await send(pair);
    const before = await steerDestination.snapshot();
    await relay(pair, hash);
    const { onStatus, state, states } = watching();
    const delivered = source.interop.waitForDelivery({ hash, destination, deliverySafety: "finalized", onStatus });
    await state("delivered");
    await steerDestination.revert({ id: before });
    await state("ready");
    await steerDestination.mine({ blocks: 1 });
    const delivery = await relay(pair, hash);
    assert.equal((await mining(delivered)).transactionHash, delivery);
    assert.equal(states.at(-1)?.state, "delivered");
  });

  test("for the same message at another price, not for another transaction", async () => {
    const { source, destination, wallet, steerSource } = pair;
    await steerSource.setAutomine(false);
    const replace = async (with_: "dearer" | "cancelled") => {
      const hash = await send(pair);
      const { onStatus, state } = watching();
      const waiting = source.interop.waitForDelivery({ hash, destination, onStatus });
      await state("pending");
      const { nonce, input, to, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = await source.getTransaction({ hash });
      const fees = { maxFeePerGas: maxFeePerGas * 2n, maxPriorityFeePerGas: maxPriorityFeePerGas * 2n + 1n };
      const call = with_ === "dearer" ? { to, data: input } : { to: devAccount(0).address };
      const replacement = await wallet.sendTransaction({ ...call, ...fees, nonce, gas: 500_000n });
      await steerSource.mine({ blocks: 1 });
      return { waiting, replacement };
    };
    const dearer = await replace("dearer");
    const delivery = await relay(pair, dearer.replacement);
    assert.equal((await dearer.waiting).transactionHash, delivery);
    const { waiting, replacement } = await replace("cancelled");
    await assert.rejects(mining(waiting), (error: unknown) => {
      assert.ok(error instanceof SendingReplacedError, String(error));
      assert.equal(error.replacement, replacement);
      return true;
    });
  });

  test("not for what fails, unless one hopes", async () => {
    const { source, destination, relayer, counter } = pair;
    const close = async (how: boolean) => {
      const hash = await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [how] });
      await destination.waitForTransactionReceipt({ hash });
    };
    await close(true);
    const hash = await send(pair, 4n);
    const waiting = source.interop.waitForDelivery({ hash, destination, targetAbi: counterAbi });
    await assert.rejects(mining(waiting), (error: unknown) => {
      assert.ok(error instanceof MessageFailedError, String(error));
      assert.match(error.shortMessage, /Refused\(4, no\)/);
      return true;
    });
    const { onStatus, state } = watching();
    const hoping = source.interop.waitForDelivery({ hash, destination, onFailed: "wait", onStatus });
    await state("failed");
    await close(false);
    await state("ready");
    const delivery = await relay(pair, hash);
    assert.equal((await hoping).transactionHash, delivery);
  });

  test("not for what has expired, unless it is sent again", async () => {
    const { source, destination, wallet, steerSource, steerDestination } = pair;
    const hash = await send(pair);
    const { onStatus, state, seen } = watching();
    const delivered = source.interop.waitForDelivery({ hash, destination, onStatus });
    const { message, id: first } = await state("ready");
    assert.ok(message);
    const { destination: to, nonce, sender, target, message: data } = message;
    await steerSource.increaseTime({ seconds: 604_000 });
    const resend = { abi: l2ToL2CrossDomainMessengerAbi, functionName: "resendMessage", args: [to, nonce, sender, target, data] } as const;
    const again = await wallet.sendTransaction({ to: contracts.l2ToL2CrossDomainMessenger.address, data: encodeFunctionData(resend) });
    await source.waitForTransactionReceipt({ hash: again });
    await steerDestination.increaseTime({ seconds: 604_900 });
    await steerDestination.mine({ blocks: 1 });
    await seen((status) => status.state === "ready" && status.id.blockNumber !== first?.blockNumber);
    const delivery = await relay(pair, again);
    assert.equal((await delivered).transactionHash, delivery);

    const late = await send(pair);
    await steerDestination.increaseTime({ seconds: 604_900 * 2 });
    await steerDestination.mine({ blocks: 1 });
    await assert.rejects(source.interop.waitForDelivery({ hash: late, destination }), MessageExpiredError);
  });

  test("not for what was never sent", async () => {
    const { source, destination, wallet } = pair;
    await assert.rejects(mining(source.interop.waitForDelivery({ hash: keccak256("0x02"), destination })), MessageNotFoundError);
    const reverted = await wallet.sendTransaction({ to: contracts.l2ToL2CrossDomainMessenger.address, data: "0x7056f41f", gas: 100_000n });
    await source.waitForTransactionReceipt({ hash: reverted });
    await assert.rejects(source.interop.waitForDelivery({ hash: reverted, destination }), SendingRevertedError);
  });
});
