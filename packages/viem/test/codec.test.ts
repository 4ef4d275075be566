import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  InvalidAccessListError,
  InvalidIdentifierError,
  InvalidPayloadError,
  type MessageIdentifier,
  checksum,
  contracts,
  decodeAccessList,
  decodeExecutedMessages,
  decodeSentMessage,
  encodeAccessList,
  encodeMessagePayload,
  encodeSentMessage,
  extractSentMessageLogs,
  l2ToL2CrossDomainMessengerAbi,
  logHash,
  mergeAccessLists,
  messageHash,
  payloadHash,
  storageKeys,
} from "@causeway-interop/viem";
import { type Address, type Hex, encodeAbiParameters, encodeEventTopics, encodeFunctionData, keccak256 } from "viem";
import { root, run } from "./support/processes.js";

type Place = { origin: Address; blockNumber: string; logIndex: number; timestamp: string; chainId: string };
type Vectors = {
  log_hash: { name: string; address: Address; topics: Hex[]; data: Hex; msgHash: Hex; logHash: Hex }[];
  checksum: (Place & { name: string; msgHash: Hex; logHash?: Hex; checksum: Hex; accessListEntries: Hex[] })[];
  access_list_encoding: (Place & { name: string; messagePayload?: Hex; storageKeys: Hex[]; entries?: Hex[] })[];
  access_list_parse_errors: { cases: { entries: Hex[]; error: string }[] };
};
const vectors = JSON.parse(readFileSync(join(root, "crates", "interop", "tests", "data", "interop.json"), "utf8")) as Vectors;

function identifier({ origin, blockNumber, logIndex, timestamp, chainId }: Place): MessageIdentifier {
  return { origin, blockNumber: BigInt(blockNumber), logIndex: BigInt(logIndex), timestamp: BigInt(timestamp), chainId: BigInt(chainId) };
}
const inbox = contracts.crossL2Inbox.address;
const sent = { source: 901n, destination: 902n, nonce: 7n, sender: "0x00000000000000000000000000000000000000A1", target: "0x00000000000000000000000000000000000000b2", message: "0x010203" } as const;

for (const vector of vectors.log_hash) {
  test(`log hash: ${vector.name}`, () => {
    const hash = payloadHash(encodeMessagePayload(vector));
    assert.equal(hash, vector.msgHash);
    assert.equal(logHash(vector.address, hash), vector.logHash);
  });
}

for (const vector of vectors.checksum) {
  test(`checksum: ${vector.name}`, () => {
    const id = identifier(vector);
    assert.equal(checksum(id, vector.msgHash), vector.checksum);
    if (vector.accessListEntries) {
      assert.deepEqual(storageKeys(id, vector.msgHash), vector.accessListEntries);
      const { origin, ...place } = id;
      assert.deepEqual(decodeAccessList([{ address: inbox, storageKeys: vector.accessListEntries }]), [{ ...place, checksum: vector.checksum }]);
    }
  });
}

for (const vector of vectors.access_list_encoding.filter(({ messagePayload }) => messagePayload)) {
  test(`access list: ${vector.name}`, () => {
    const list = encodeAccessList(identifier(vector), vector.messagePayload as Hex);
    assert.deepEqual(list, [{ address: inbox, storageKeys: vector.storageKeys }]);
  });
}

test("what Rust refuses to decode, is refused", () => {
  for (const { entries, error } of vectors.access_list_parse_errors.cases) {
    if (entries.length === 0) continue;
    assert.throws(() => decodeAccessList([{ address: inbox, storageKeys: entries }]), InvalidAccessListError, `${error}: ${entries.join()}`);
  }
});

test("keys are those that the program prints, on chains of any id", async () => {
  for (const chainId of [901n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 65n + 3n, 2n ** 256n - 1n]) {
    const id = { origin: contracts.l2ToL2CrossDomainMessenger.address, blockNumber: 14n, logIndex: 2n, timestamp: 1743801675n, chainId } as const;
    const payload = "0x382409ac69001e11";
    const flags = Object.entries({ origin: id.origin, "chain-id": chainId, "block-number": 14, "log-index": 2, timestamp: id.timestamp, payload });
    const printed = (await run("access-list", "encode", ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]))) as { accessList: unknown; checksum: Hex };
    const list = encodeAccessList(id, payload);
    assert.deepEqual(list, printed.accessList);
    const { origin, ...place } = id;
    assert.deepEqual(decodeAccessList(list), [{ ...place, checksum: printed.checksum }]);
  }
});

test("fields out of their range are refused", () => {
  const id: MessageIdentifier = { origin: inbox, blockNumber: 1n, logIndex: 1n, timestamp: 1n, chainId: 1n };
  const [upTo64, upTo32, upTo256] = [2n ** 64n, 2n ** 32n, 2n ** 256n];
  const hash = keccak256("0x");
  for (const wrong of [{ blockNumber: upTo64 }, { logIndex: upTo32 }, { timestamp: upTo64 }, { chainId: upTo256 }, { chainId: -1n }, { logIndex: -1n }]) {
    assert.throws(() => checksum({ ...id, ...wrong }, hash), InvalidIdentifierError);
    assert.throws(() => storageKeys({ ...id, ...wrong }, hash), InvalidIdentifierError);
  }
});

test("a sent message goes to its payload and back", () => {
  const payload = encodeSentMessage(sent);
  assert.deepEqual(decodeSentMessage(payload, 901n), sent);
  assert.equal(messageHash(sent), messageHash(decodeSentMessage(payload, 901n)));
  for (const wrong of ["0x", payload.slice(0, 200), `0x00${payload.slice(4)}`, payload.slice(0, -64)] as Hex[]) {
    assert.throws(() => decodeSentMessage(wrong, 901n), InvalidPayloadError);
  }
});

test("lists are merged without what is twice, and with the inbox's keys in their order", () => {
  const id = { origin: inbox, blockNumber: 1n, logIndex: 1n, timestamp: 1n, chainId: 2n ** 70n } as const;
  const one = encodeAccessList(id, "0x01");
  const two = encodeAccessList(id, "0x02");
  const other = { address: "0x00000000000000000000000000000000000000b2", storageKeys: [keccak256("0x"), keccak256("0x")] } as const;
  const merged = mergeAccessLists([other], one, two, one);
  assert.deepEqual(merged, [{ ...other, storageKeys: [keccak256("0x")] }, { address: inbox, storageKeys: [...(one[0]?.storageKeys ?? []), ...(two[0]?.storageKeys ?? [])] }]);
  assert.equal(decodeAccessList(merged).length, 2);
});

test("what another contract says in the messenger's words, is no message", () => {
  const { destination, target, nonce } = sent;
  const topics = encodeEventTopics({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "SentMessage", args: { destination, target, messageNonce: nonce } }) as [Hex, ...Hex[]];
  const data = encodeAbiParameters([{ type: "address" }, { type: "bytes" }], [sent.sender, sent.message]);
  const place = { blockHash: keccak256("0x"), blockNumber: 1n, logIndex: 0, transactionHash: keccak256("0x"), transactionIndex: 0, removed: false };
  const logs = [sent.target, contracts.l2ToL2CrossDomainMessenger.address].map((address) => ({ address, topics, data, ...place }));
  assert.deepEqual(extractSentMessageLogs({ logs }).map(({ address }) => address), [contracts.l2ToL2CrossDomainMessenger.address]);
  assert.equal(encodeMessagePayload({ topics, data }), encodeSentMessage(sent));
});

test("a call tells what it executes", () => {
  const id = { origin: contracts.l2ToL2CrossDomainMessenger.address, blockNumber: 1n, logIndex: 1n, timestamp: 1n, chainId: 901n } as const;
  const payload = encodeSentMessage(sent);
  const data = encodeFunctionData({ abi: l2ToL2CrossDomainMessengerAbi, functionName: "relayMessage", args: [id, payload] });
  const to = contracts.l2ToL2CrossDomainMessenger.address;
  assert.deepEqual(decodeExecutedMessages({ to, data, chainId: 902n }), [{ id, payloadHash: keccak256(payload) }]);
  assert.deepEqual(decodeExecutedMessages({ to: sent.target, data, chainId: 902n }), []);
  assert.deepEqual(decodeExecutedMessages({ to, data: "0x12345678", chainId: 902n }), []);
  assert.deepEqual(decodeExecutedMessages({ to, data: "0x", chainId: 902n }), []);
});
