import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type MessageState, type Safety, contracts, getMessageStatus, publicActionsL2, sendCrossDomainMessage, sendETH, waitForDelivery } from "@causeway-interop/viem";
import { type Address, createClient, createPublicClient, http, parseEther, webSocket } from "viem";
import { chainAt, writer } from "./support/clients.js";
import { type Devnet, startDevnet } from "./support/processes.js";

const recipient: Address = "0x00000000000000000000000000000000000c0de5";

describe("a devnet whose relayer delivers", () => {
  let devnet: Devnet;
  before(async () => void (devnet = await startDevnet("--block-time", "1", "--autorelay", "--verifier", "--verifier-port", "0")));
  after(() => devnet.stop());

  test("ETH arrives, and each end tells, over WebSocket", async () => {
    const sockets = devnet.sockets.slice(0, 2).map((url, index) => webSocket(url, { key: String(index) }));
    const [source, destination] = sockets.map((transport, index) => createPublicClient({ chain: chainAt(901 + index, devnet.urls[index] as string), transport }));
    assert.ok(source && destination);
    const seen: MessageState[] = [];
    const watched = new Promise<bigint>((resolve) => {
      const stop = source.extend(publicActionsL2()).interop.watchCrossDomainMessages({ onMessages: ([message]) => (stop(), resolve(message?.destination ?? 0n)) });
    });
    const hash = await sendETH(writer(901, devnet.urls[0], 1), { to: recipient, value: parseEther("1"), destination });
    const { transactionHash, delivery, id } = await waitForDelivery(source, { hash, destination, onStatus: ({ state }) => seen.push(state) });
    assert.equal(await watched, 902n);
    assert.equal(await destination.getBalance({ address: recipient }), parseEther("1"));
    assert.equal(seen.at(-1), "delivered");
    const receipt = await destination.getTransactionReceipt({ hash: transactionHash });
    assert.equal(receipt.blockHash, delivery.blockHash);
    assert.equal(id?.chainId, 901n);
    for (const client of [source, destination]) (await client.transport.getRpcClient()).close();
  });

  test("a verifier knows how safe a message is", async () => {
    const clients = devnet.urls.slice(0, 2).map((url, index) => createPublicClient({ chain: chainAt(901 + index, url), transport: http(url), pollingInterval: 200 }));
    const [source, destination] = clients;
    assert.ok(source && destination && devnet.verifier);
    const verifier = createClient({ transport: http(devnet.verifier) });
    // Its target does not take it: it stays undelivered while its block becomes surer.
    const target = contracts.ethLiquidity.address;
    const hash = await sendCrossDomainMessage(writer(901, devnet.urls[0], 2), { destinationChainId: 902, target, message: "0x12345678" });
    await source.waitForTransactionReceipt({ hash });
    const levels = new Set<Safety>();
    while (!levels.has("cross-unsafe")) {
      const status = await getMessageStatus(source, { hash, destination, verifier });
      assert.ok(status.state === "failed" || status.state === "in-flight" || status.state === "pending", status.state);
      levels.add(status.safety);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
});
