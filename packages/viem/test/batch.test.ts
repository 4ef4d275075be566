import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedBatchError, contracts, decodeCompactBatch, decodeExecutedMessages, decodePlainBatch, encodeSentMessage, payloadHash, relayBatcherAbi } from "@causeway-interop/viem";
import { type Address, type Hex, concat, encodeFunctionData, pad, toHex } from "viem";

type Item = { blockNumber: bigint; logIndex: bigint; timestamp: bigint; chainId: bigint; gasLimit: bigint; value: bigint; target: Address; nonce: bigint; sender: Address; message: Hex };

/** An address as these tests write it: its last byte. */
const at = (byte: string): Address => `0x00000000000000000000000000000000000000${byte}`;

// The items, and their compact form to the byte, of the contract's own test.
const items: Item[] = [
  { blockNumber: 17n, logIndex: 3n, timestamp: 1_700_000_000n, chainId: 901n, gasLimit: 300_000n, value: 0n, target: at("A1"), nonce: 5n, sender: at("b1"), message: "0xaabb" },
  { blockNumber: 17n, logIndex: 4n, timestamp: 1_700_000_000n, chainId: 901n, gasLimit: 300_000n, value: 0n, target: at("A1"), nonce: 6n, sender: at("b1"), message: "0x" },
  { blockNumber: 18n, logIndex: 0n, timestamp: 1_700_000_002n, chainId: 902n, gasLimit: 300_001n, value: 256n, target: at("a2"), nonce: 1n, sender: at("b2"), message: "0x00" },
];
const compact = concat([
  "0x01030102020100",
  "0xdf0111046553f10001030203850105030493e0",
  "0x00000000000000000000000000000000000000a100000000000000000000000000000000000000b10102aabb",
  "0x0000",
  "0xff0112046553f102000203860101030493e1020100",
  "0x00000000000000000000000000000000000000a200000000000000000000000000000000000000b2010100",
]);
const plain = concat(
  items.flatMap(({ blockNumber, logIndex, timestamp, chainId, gasLimit, value, target, nonce, sender, message }) => [
    ...[toHex(blockNumber, { size: 8 }), toHex(logIndex, { size: 4 }), toHex(timestamp, { size: 8 }), toHex(chainId, { size: 32 })],
    ...[toHex(gasLimit, { size: 4 }), toHex(value, { size: 16 }), target, toHex(nonce, { size: 32 }), sender],
    ...[toHex((message.length - 2) / 2, { size: 4 }), message],
  ]),
);
const wanted = items.map(({ blockNumber, logIndex, timestamp, chainId, gasLimit, value, target, nonce, sender, message }) => ({
  id: { origin: contracts.l2ToL2CrossDomainMessenger.address, blockNumber, logIndex, timestamp, chainId },
  message: { source: chainId, destination: 903n, nonce, sender, target, message },
  gasLimit,
  value,
}));
const lower = (value: unknown) => JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? item.toString() : typeof item === "string" ? item.toLowerCase() : item))) as unknown;

test("both forms of batch say what was put into them", () => {
  assert.deepEqual(lower(decodeCompactBatch(compact, 903n)), lower(wanted));
  assert.deepEqual(lower(decodePlainBatch(plain, 903n)), lower(wanted));
  assert.deepEqual(decodeCompactBatch("0x000000", 903n), []);
  assert.deepEqual(decodePlainBatch("0x", 903n), []);
});

test("a batch's calldata tells what it executes", () => {
  const to = contracts.relayBatcher.address;
  for (const [functionName, batch] of [["relayCompact", compact], ["relayMessages", plain]] as const) {
    const executed = decodeExecutedMessages({ to, data: encodeFunctionData({ abi: relayBatcherAbi, functionName, args: [batch] }), chainId: 903n });
    assert.deepEqual(executed.map((message) => message.payloadHash), wanted.map(({ message }) => payloadHash(encodeSentMessage(message))));
    assert.deepEqual(executed.map(({ id }) => id), wanted.map(({ id }) => id));
  }
});

test("the counters of the compact form go on from zero", () => {
  const has = "0x0a"; // log index and nonce
  const most = concat(["0x04", pad("0xffffffff", { size: 4 }), "0x20", `0x${"ff".repeat(32)}`]);
  const [, second] = decodeCompactBatch(concat(["0x01020000", has, most, "0x00", "0x02", "0x00", "0x00"]), 903n);
  assert.equal(second?.message.nonce, 0n);
});

test("what is malformed is refused", () => {
  const wrong: Hex[] = ["0x", "0x0101", concat([compact, "0x00"]), `${compact.slice(0, -2)}` as Hex, concat(["0x010300", "0x020201"]), "0x01010000020001", "0x0500000000010000"];
  for (const batch of wrong) assert.throws(() => decodeCompactBatch(batch, 903n), MalformedBatchError, batch);
  assert.throws(() => decodePlainBatch(plain.slice(0, -2) as Hex, 903n), MalformedBatchError);
  assert.throws(() => decodePlainBatch(concat([plain, "0x00"]), 903n), MalformedBatchError);
});
