import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CrossDomainMessage } from "@causeway-interop/viem";
import { reader, writer } from "./support/clients.js";
import { type Pair, messageOf, send, startPair } from "./support/pair.js";
import { startProxy } from "./support/proxy.js";

/** What comes, one after the other. */
function inbox() {
  const queue: CrossDomainMessage[] = [];
  let wake = () => {};
  return {
    put: (messages: CrossDomainMessage[]) => {
      queue.push(...messages);
      wake();
    },
    next: async () => {
      while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return queue.shift() as CrossDomainMessage;
    },
    size: () => queue.length,
  };
}

describe("watching for messages", () => {
  let pair: Pair;
  before(async () => void (pair = await startPair()));
  after(() => pair.stop());

  test("each comes once, those of before if one wants them", async () => {
    const { source, steerSource } = pair;
    const fromBlock = await source.getBlockNumber({ cacheTime: 0 });
    const early = await messageOf(pair, await send(pair, 1n));
    await steerSource.mine({ blocks: 300 });
    const all = inbox();
    const unwatch = source.interop.watchCrossDomainMessages({ fromBlock, onMessages: all.put });
    assert.deepEqual((await all.next()).log.transactionHash, early.log.transactionHash);
    const late = await messageOf(pair, await send(pair, 2n));
    const got = await all.next();
    assert.equal(got.log.transactionHash, late.log.transactionHash);
    assert.deepEqual([got.source, got.destination, got.nonce, got.sender, got.target, got.message], [late.source, late.destination, late.nonce, late.sender, late.target, late.message]);
    assert.equal(all.size(), 0);
    unwatch();
    await send(pair, 3n);
    await steerSource.mine({ blocks: 2 });
    assert.equal(all.size(), 0);
  });

  test("only those that one wants", async () => {
    const { source, wallet, urls, counter } = pair;
    const fromBlock = (await source.getBlockNumber({ cacheTime: 0 })) + 1n;
    const other = writer(901, urls.a, 4);
    const boxes = [inbox(), inbox(), inbox()] as const;
    const stops = [
      source.interop.watchCrossDomainMessages({ fromBlock, sender: other.account.address, onMessages: boxes[0].put }),
      source.interop.watchCrossDomainMessages({ fromBlock, destinationChainId: 903, onMessages: boxes[1].put }),
      source.interop.watchCrossDomainMessages({ fromBlock, target: wallet.account.address, onMessages: boxes[2].put }),
    ];
    const message = "0x" as const;
    await wallet.interop.sendCrossDomainMessage({ destinationChainId: 902, target: counter, message });
    await other.interop.sendCrossDomainMessage({ destinationChainId: 902, target: counter, message });
    await wallet.interop.sendCrossDomainMessage({ destinationChainId: 903, target: counter, message });
    await wallet.interop.sendCrossDomainMessage({ destinationChainId: 902, target: wallet.account.address, message });
    const [bySender, byChain, byTarget] = await Promise.all(boxes.map((box) => box.next()));
    assert.equal(bySender?.sender, other.account.address);
    assert.equal(byChain?.destination, 903n);
    assert.equal(byTarget?.target, wallet.account.address);
    assert.deepEqual(boxes.map((box) => box.size()), [0, 0, 0]);
    for (const stop of stops) stop();
  });

  test("a reorg takes them back, and they come again", async () => {
    const { source, steerSource } = pair;
    const [come, gone] = [inbox(), inbox()];
    const before = await steerSource.snapshot();
    const fromBlock = (await source.getBlockNumber({ cacheTime: 0 })) + 1n;
    const unwatch = source.interop.watchCrossDomainMessages({ fromBlock, onMessages: come.put, onReorged: gone.put });
    await send(pair, 4n);
    const first = await come.next();
    await steerSource.revert({ id: before });
    await steerSource.mine({ blocks: 1 });
    await send(pair, 4n);
    const lost = await gone.next();
    assert.equal(lost.log.blockHash, first.log.blockHash);
    const again = await come.next();
    assert.notEqual(again.log.blockHash, first.log.blockHash);
    assert.equal(again.nonce, first.nonce);
    unwatch();
  });

  test("a node that fails or lags delays it", async (context) => {
    const { source, urls } = pair;
    let isAway = false;
    const proxy = await startProxy(urls.a, ({ method }) => (isAway && method !== "eth_chainId" ? { status: 503 } : undefined));
    context.after(proxy.stop);
    const fromBlock = (await source.getBlockNumber({ cacheTime: 0 })) + 1n;
    const box = inbox();
    let failed = () => {};
    const failure = new Promise<void>((resolve) => (failed = resolve));
    isAway = true;
    const unwatch = reader(901, proxy.url).interop.watchCrossDomainMessages({ fromBlock, onMessages: box.put, onError: () => failed() });
    const { log } = await messageOf(pair, await send(pair, 5n));
    await failure;
    assert.equal(box.size(), 0);
    isAway = false;
    assert.equal((await box.next()).log.transactionHash, log.transactionHash);
    unwatch();
  });
});
