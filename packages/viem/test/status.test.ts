import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";
import { InvalidDestinationChainError, MessageNotFoundError, type MessageStatus, SendingRevertedError, contracts, l2ToL2CrossDomainMessengerAbi, messageHash } from "@causeway-interop/viem";
import { type Hex, encodeAbiParameters, encodeFunctionData, keccak256, numberToHex } from "viem";
import { devAccount, reader } from "./support/clients.js";
import { counterAbi } from "./support/counter.js";
import { type Pair, deliver, messageOf, relay, send, sendIncluded, startPair } from "./support/pair.js";
import { startProxy } from "./support/proxy.js";

describe("the status of a message", () => {
  let pair: Pair;
  let snapshots: readonly [Hex, Hex];
  before(async () => void (pair = await startPair()));
  after(() => pair.stop());
  // Tests turn clocks forward and cut chains off: each has its own two ends.
  beforeEach(async () => void (snapshots = await Promise.all([pair.steerSource.snapshot(), pair.steerDestination.snapshot()])));
  afterEach(async () => {
    await Promise.all([pair.steerSource.revert({ id: snapshots[0] }), pair.steerDestination.revert({ id: snapshots[1] })]);
  });

  function expect<state extends MessageStatus["state"]>(status: MessageStatus, state: state): Extract<MessageStatus, { state: state }> {
    assert.equal(status.state, state, JSON.stringify(status, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value)));
    return status as Extract<MessageStatus, { state: state }>;
  }

  test("ready, then delivered, by whatever names it", async () => {
    const { source, destination } = pair;
    const hash = await sendIncluded(pair, 5n);
    const message = await messageOf(pair, hash);
    const name = messageHash(message);
    const subjects = [{ hash }, { hash, index: 0 }, { message }, { messageHash: name }];
    for (const subject of subjects) {
      const ready = expect(await source.interop.getMessageStatus({ ...subject, destination }), "ready");
      assert.equal(ready.messageHash, name);
      assert.equal(ready.id.blockNumber, message.log.blockNumber);
      assert.deepEqual(ready.id, (await source.interop.buildExecutingMessage({ log: message.log })).id);
    }
    const delivery = await relay(pair, hash);
    const { blockNumber, blockHash } = await destination.waitForTransactionReceipt({ hash: delivery });
    const returnDataHash = keccak256(encodeAbiParameters([{ type: "uint256" }], [5n]));
    for (const subject of subjects) {
      const delivered = expect(await source.interop.getMessageStatus({ ...subject, destination }), "delivered");
      assert.deepEqual(delivered.delivery, { messageHash: name, transactionHash: delivery, blockNumber, blockHash, returnDataHash });
      assert.equal(delivered.transactionHash, delivery);
      assert.equal(delivered.returnDataHash, returnDataHash);
    }
  });

  test("pending without a block, and not as safe as it should be", async () => {
    const { source, destination, steerSource } = pair;
    await steerSource.setAutomine(false);
    const hash = await send(pair);
    const waiting = expect(await source.interop.getMessageStatus({ hash, destination }), "pending");
    assert.equal(waiting.reason, "not-included");
    await steerSource.mine({ blocks: 1 });
    await steerSource.setAutomine(true);
    const unsafe = expect(await source.interop.getMessageStatus({ hash, destination, minSafety: "finalized" }), "pending");
    assert.equal(unsafe.reason, "not-safe-enough");
    assert.notEqual(unsafe.safety, "finalized");
    await steerSource.mine({ blocks: 200 });
    const ready = expect(await source.interop.getMessageStatus({ hash, destination, minSafety: "finalized" }), "ready");
    assert.equal(ready.safety, "finalized");
  });

  test("pending where the destination's clock is behind", async () => {
    const { source, destination, steerSource } = pair;
    await steerSource.increaseTime({ seconds: 5_000 });
    const hash = await sendIncluded(pair);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination }), "pending").reason, "destination-behind");
  });

  test("failed, with the reason, as long as it is so", async () => {
    const { source, destination, relayer, counter } = pair;
    const close = async (how: boolean) => {
      const hash = await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [how] });
      await destination.waitForTransactionReceipt({ hash });
    };
    await close(true);
    const hash = await sendIncluded(pair, 3n);
    const failed = expect(await source.interop.getMessageStatus({ hash, destination, targetAbi: counterAbi }), "failed");
    assert.equal(failed.reason.errorName, "Refused");
    assert.deepEqual(failed.reason.args, [3n, "no"]);
    assert.equal(failed.reason.message, "Refused(3, no)");
    assert.equal(failed.transactionHash, undefined);
    await close(false);
    expect(await source.interop.getMessageStatus({ hash, destination }), "ready");
  });

  test("in flight while a transaction that carries it waits", async () => {
    const { source, destination, steerDestination } = pair;
    const hash = await sendIncluded(pair);
    await steerDestination.setAutomine(false);
    const delivery = await relay(pair, hash);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination }), "in-flight").transactionHash, delivery);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination, relayTransactionHash: delivery }), "in-flight").transactionHash, delivery);
    await steerDestination.mine({ blocks: 1 });
    await steerDestination.setAutomine(true);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination }), "delivered").transactionHash, delivery);
  });

  test("expired, and young again when it is sent again", async () => {
    const { source, destination, wallet, steerSource, steerDestination } = pair;
    const hash = await sendIncluded(pair);
    const message = await messageOf(pair, hash);
    await steerDestination.increaseTime({ seconds: 604_801 });
    await steerDestination.mine({ blocks: 1 });
    const expired = expect(await source.interop.getMessageStatus({ hash, destination }), "expired");
    assert.equal(expired.expiredAt, expired.id.timestamp + 604_800n);
    expect(await source.interop.getMessageStatus({ hash, destination, expiryWindow: 2_000_000n }), "ready");

    await steerSource.increaseTime({ seconds: 604_801 });
    const { destination: to, nonce, sender, target, message: data } = message;
    const request = { abi: l2ToL2CrossDomainMessengerAbi, address: contracts.l2ToL2CrossDomainMessenger.address, functionName: "resendMessage", args: [to, nonce, sender, target, data] } as const;
    const again = await wallet.writeContract(request);
    await source.waitForTransactionReceipt({ hash: again });
    const ready = expect(await source.interop.getMessageStatus({ hash, destination }), "ready");
    assert.equal(ready.messageHash, expired.messageHash);
    assert.equal(ready.message.log.transactionHash, again);
    assert.notEqual(ready.id.blockNumber, expired.id.blockNumber);
  });

  test("reorged, and back in another block", async () => {
    const { source, destination, steerSource, wallet } = pair;
    const before = await steerSource.snapshot();
    const request = await wallet.prepareTransactionRequest({ to: contracts.l2ToL2CrossDomainMessenger.address, data: callData(pair) });
    const raw = await wallet.signTransaction(request);
    const hash = await source.sendRawTransaction({ serializedTransaction: raw });
    const message = await messageOf(pair, hash);
    await steerSource.revert({ id: before });

    const behind = expect(await source.interop.getMessageStatus({ message, destination }), "pending");
    assert.equal(behind.reason, "source-behind");
    await steerSource.mine({ blocks: 3 });
    const reorged = expect(await source.interop.getMessageStatus({ message, destination }), "reorged");
    assert.equal(reorged.messageHash, messageHash(message));
    await assert.rejects(source.interop.getMessageStatus({ hash, destination }), MessageNotFoundError);

    await source.waitForTransactionReceipt({ hash: await source.sendRawTransaction({ serializedTransaction: raw }) });
    const ready = expect(await source.interop.getMessageStatus({ message, destination }), "ready");
    assert.notEqual(ready.message.log.blockHash, message.log.blockHash);
    assert.equal(ready.messageHash, messageHash(message));
  });

  test("empty answers prove nothing", async (context) => {
    const { destination, urls } = pair;
    const hash = await sendIncluded(pair);
    const message = await messageOf(pair, hash);
    const empty = new Map<string, unknown>(Object.entries({ eth_getTransactionReceipt: null, eth_getTransactionByHash: null, eth_getLogs: [] }));
    const proxy = await startProxy(urls.a, ({ method }) => (empty.has(method) ? { result: empty.get(method) } : undefined));
    context.after(proxy.stop);
    const forgetful = reader(901, proxy.url);
    // Its block is where it was.
    expect(await forgetful.interop.getMessageStatus({ message, destination }), "ready");

    const head = await pair.source.getBlockNumber({ cacheTime: 0 });
    const late = await startProxy(urls.a, ({ method, params }) => {
      if (empty.has(method)) return { result: empty.get(method) };
      return method === "eth_getBlockByNumber" && params[0] === numberToHex(head) ? { result: null } : undefined;
    });
    context.after(late.stop);
    assert.equal(expect(await reader(901, late.url).interop.getMessageStatus({ message, destination }), "pending").reason, "source-behind");
  });

  test("delivered is delivered, whatever becomes of its source", async () => {
    const { source, destination, steerSource } = pair;
    const before = await steerSource.snapshot();
    const hash = await sendIncluded(pair);
    const message = await messageOf(pair, hash);
    const delivery = await deliver(pair, hash);
    await steerSource.revert({ id: before });
    for (const blocks of [1, 3]) {
      const delivered = expect(await source.interop.getMessageStatus({ message, destination }), "delivered");
      assert.equal(delivered.transactionHash, delivery);
      assert.equal(delivered.id, undefined);
      await steerSource.mine({ blocks });
    }
  });

  test("delivered is delivered, when one of the nodes behind a URL lags", async (context) => {
    const { source, urls } = pair;
    const hash = await sendIncluded(pair);
    const delivery = await deliver(pair, hash);
    await pair.destination.waitForTransactionReceipt({ hash: delivery });
    // Every other call of the messenger meets a node that does not have the block yet.
    let calls = 0;
    const proxy = await startProxy(urls.b, ({ method }) => (method === "eth_call" && calls++ % 2 === 0 ? { error: { code: -32000, message: "header not found" } } : undefined));
    context.after(proxy.stop);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination: reader(902, proxy.url) }), "delivered").transactionHash, delivery);

    // A node that does not give its logs out: it is delivered, and where is not known.
    const silent = await startProxy(urls.b, ({ method }) => (method === "eth_getLogs" ? { result: [] } : undefined));
    context.after(silent.stop);
    const delivered = expect(await source.interop.getMessageStatus({ hash, destination: reader(902, silent.url) }), "delivered");
    assert.equal(delivered.delivery, undefined);
  });

  test("a node with narrow limits is asked for less at once", async (context) => {
    const { source, urls, steerDestination } = pair;
    const hash = await sendIncluded(pair);
    const delivery = await deliver(pair, hash);
    await steerDestination.mine({ blocks: 50 });
    const proxy = await startProxy(urls.b, ({ method, params }) => {
      if (method !== "eth_getLogs") return undefined;
      const { fromBlock, toBlock } = params[0] as { fromBlock: Hex; toBlock: Hex };
      return Number(toBlock) - Number(fromBlock) < 10 ? undefined : { error: { code: -32005, message: "ranges over 10 blocks are not supported" } };
    });
    context.after(proxy.stop);
    assert.equal(expect(await source.interop.getMessageStatus({ hash, destination: reader(902, proxy.url) }), "delivered").transactionHash, delivery);
  });

  test("what is no message is no message", async () => {
    const { source, destination, wallet } = pair;
    const nothing = keccak256("0x01");
    await assert.rejects(source.interop.getMessageStatus({ hash: nothing, destination }), MessageNotFoundError);
    await assert.rejects(source.interop.getMessageStatus({ messageHash: nothing, destination }), MessageNotFoundError);
    const plain = await wallet.sendTransaction({ to: devAccount(1).address, value: 1n });
    await source.waitForTransactionReceipt({ hash: plain });
    await assert.rejects(source.interop.getMessageStatus({ hash: plain, destination }), /sends no message/);
    const hash = await sendIncluded(pair);
    await assert.rejects(source.interop.getMessageStatus({ hash, index: 1, destination }), MessageNotFoundError);
    await assert.rejects(source.interop.getMessageStatus({ hash, destination: source }), InvalidDestinationChainError);
    const reverted = await wallet.sendTransaction({ to: contracts.l2ToL2CrossDomainMessenger.address, data: "0x7056f41f", gas: 100_000n });
    await source.waitForTransactionReceipt({ hash: reverted });
    await assert.rejects(source.interop.getMessageStatus({ hash: reverted, destination }), SendingRevertedError);
  });
});

/** Calldata that sends a call of the counter. */
function callData({ counter }: Pair): Hex {
  const message = encodeFunctionData({ abi: counterAbi, functionName: "set", args: [9n, "no"] });
  return encodeFunctionData({ abi: l2ToL2CrossDomainMessengerAbi, functionName: "sendMessage", args: [902n, counter, message] });
}
