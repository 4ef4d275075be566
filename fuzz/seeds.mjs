// Writes the seeds that follow from the test vectors and from known forms: node fuzz/seeds.mjs. Seeds of other names, such
// as those that a node gave, stay as they are.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vectors = JSON.parse(readFileSync(join(here, "../crates/interop/tests/data/interop.json"), "utf8"));
const INBOX = "0x4200000000000000000000000000000000000022";

const bytes = (hex) => Buffer.from(hex.replace(/^0x/, ""), "hex");
const word = (value) => bytes(BigInt(value).toString(16).padStart(64, "0"));
const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40);

function seed(target, name, content) {
  const folder = join(here, "corpus", target);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, slug(name)), content);
}

function rlp(item) {
  const isList = Array.isArray(item);
  const payload = isList ? Buffer.concat(item.map(rlp)) : item;
  if (!isList && payload.length === 1 && payload[0] < 0x80) return payload;
  const base = isList ? 0xc0 : 0x80;
  if (payload.length < 56) return Buffer.concat([Buffer.from([base + payload.length]), payload]);
  const length = bytes(payload.length.toString(16).padStart(payload.length > 255 ? 4 : 2, "0"));
  return Buffer.concat([Buffer.from([base + 55 + length.length]), length, payload]);
}

// Access lists, and the requests that declare them.
const lists = vectors.access_list_encoding.map((vector) => [vector.name, vector.storageKeys ?? vector.entries]);
for (const [name, keys] of lists) seed("access_list", name, Buffer.concat(keys.map(bytes)));
for (const { name, accessListEntries } of vectors.checksum) {
  seed("access_list", name, Buffer.concat(accessListEntries.map(bytes)));
}
vectors.access_list_parse_errors.cases.forEach(({ entries }, at) => {
  seed("access_list", `error-${at}`, Buffer.concat(entries.map(bytes)));
});

const keys = lists[0][1];
const where = { chainID: "902", timestamp: "0xf4244", timeout: "0x10" };
const check = [keys, "unsafe", where];
seed("rpc_params", "check-by-position", JSON.stringify(check));
seed("rpc_params", "check-by-name", JSON.stringify({ inboxEntries: keys, minSafety: "safe", executingDescriptor: where }));
seed("rpc_params", "checks", JSON.stringify([[{ inboxEntries: keys, minSafety: "finalized", executingDescriptor: where }]]));
seed("rpc_params", "decimal", '[901]');
seed("rpc_params", "decimal-text", '["901"]');
seed("rpc_params", "hex-text", '{"it":"0x385"}');
seed("rpc_params", "boolean", "[true]");
seed("rpc_params", "level", '["cross-unsafe"]');

const call = (method, params, id = 1) => ({ jsonrpc: "2.0", id, method, params });
const requests = {
  check: call("interop_checkAccessList", check),
  "check-old-name": call("supervisor_checkAccessList", check, "a"),
  checks: call("interop_checkAccessLists", [[{ inboxEntries: keys, minSafety: "unsafe", executingDescriptor: where }]]),
  ping: call("interop_ping", []),
  status: call("interop_status", []),
  hash: call("interop_getBlockHashByNumber", ["901", "0x2"]),
  latest: call("interop_getBlockHashByNumber", ["901", "latest"]),
  root: call("superroot_atTimestamp", ["0xf4244"]),
  sync: call("supervisor_syncStatus", []),
  failsafe: call("admin_setFailsafeEnabled", [true, "a test"]),
  resume: call("admin_resumeChain", ["901"]),
  batch: [call("interop_ping", [], 1), call("interop_checkAccessList", check, 2), { jsonrpc: "2.0", method: "interop_ping" }],
};
for (const [name, request] of Object.entries(requests)) seed("rpc_requests", name, JSON.stringify(request));

// Events: the number of topics, the topics, the data.
const topic = Object.fromEntries(
  vectors.constants.filter(({ name }) => name.endsWith("event topic")).map(({ name, expected }) => [name.split(" ")[0], expected]),
);
const event = (topics, data) => Buffer.concat([Buffer.from([topics.length]), ...topics.map(bytes), data]);
for (const { name, origin, blockNumber, logIndex, timestamp, chainId, msgHash } of vectors.checksum.slice(0, 2)) {
  const data = Buffer.concat([origin, blockNumber, logIndex, timestamp, chainId].map(word));
  seed("events", `executing-${name}`, event([topic.ExecutingMessage, msgHash], data));
  seed("words", `identifier-${name}`, Buffer.concat([...[blockNumber, logIndex, timestamp, chainId].map(word), bytes(origin)]));
  const stored = [logIndex, blockNumber, timestamp].map(word);
  const message = [stored[0].subarray(28), bytes(msgHash), bytes(origin), stored[1].subarray(24), stored[2].subarray(24), stored[0].subarray(28), word(chainId)];
  seed("index", `executing-${name}`, Buffer.concat([Buffer.alloc(4), ...message, ...message]));
}
const sent = bytes(vectors.access_list_encoding[0].messagePayload);
seed("events", "sent", Buffer.concat([Buffer.from([4]), sent]));
// A log as a chunk of the index has it, an identity, a record.
seed("index", "chunk", Buffer.concat([word(1).subarray(28), word(1_000_000).subarray(24), ...vectors.log_hash.map(({ logHash }) => bytes(logHash))]));
seed("index", "header", Buffer.concat([Buffer.alloc(4), word(1), word(2), word(1_000_000).subarray(24), word(3).subarray(28)]));
seed("index", "record", Buffer.concat([Buffer.alloc(4), word(1).subarray(28), ...[1, 2, 3, 4].flatMap((mark) => [Buffer.from([1]), word(mark).subarray(24)])]));

["901", "0x385", "0x" + "f".repeat(64), "1" + "0".repeat(77), "unsafe", "cross-unsafe", "local-safe", "safe", "finalized"].forEach(
  (text) => seed("words", text.slice(0, 12), text),
);

// The examples of ERC-7930 and ERC-7828.
const account = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
for (const [name, text] of Object.entries({
  name: `${account}@eip155:1#4CA88C9C`,
  "name-any-chain": `${account}@eip155#B26DB7CB`,
  "name-chain": "@eip155:1#F54D4FBF",
  "name-label": `${account}@OPChainB`,
  "name-solana": "@solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d#2EB18670",
})) seed("interoperable", name, text);
for (const [name, hex] of Object.entries({
  account: `0001000001 01 14 ${account.slice(2)}`,
  "any-chain": `0001000000 14 ${account.slice(2)}`,
  chain: "0001000002 a4b1 00",
  solana: "000100022045296998a6f8e2a784db5d9f95e18fc23f70441a1039446801089879b08c7ef000",
})) seed("interoperable", name, bytes(hex.replaceAll(" ", "")));

for (const [name, url] of Object.entries({
  local: "http://127.0.0.1:8545",
  key: "https://rpc.example/v2/abcdef0123456789",
  all: "https://alice-the-first:s3cretpass@rpc.example:8443/v2/abcdef0123456789?key=topsecret#fragment",
  socket: "wss://[::1]:8546/ws",
  scheme: "ftp://user:hunter2@host/",
})) seed("endpoint", name, url);

const claims = { iat: 1_700_000_000 };
seed("jwt", "plain", ["Basic x", '{"alg":"HS256","typ":"JWT"}', JSON.stringify(claims)].join("\n"));
seed("jwt", "expiring", ["Bearer a.b.c", '{"alg":"HS256"}', JSON.stringify({ exp: 1_700_000_030, ...claims })].join("\n"));
seed("jwt", "none", ["bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjE3MDAwMDAwMDB9.", '{"alg":"none"}', JSON.stringify(claims)].join("\n"));
seed("jwt", "other", ["Bearer ", '{"alg":"HS512","typ":"JWT"}', JSON.stringify(claims)].join("\n"));

seed("jwt", "secret", `0x${"0a".repeat(32)}\n`);

// Transactions of each type, with keys under the inbox's address and another's.
const list = [
  [bytes(INBOX), keys.map(bytes)],
  [bytes("0x" + "00".repeat(20)), [word(0)]],
];
const [none, one, to] = [Buffer.alloc(0), Buffer.from([1]), bytes(INBOX)];
const signature = [none, one, one];
const transactions = {
  legacy: Buffer.concat([rlp([one, one, one, to, none, none, Buffer.from([27]), one, one])]),
  "type-1": Buffer.concat([Buffer.from([1]), rlp([one, one, one, one, to, none, none, list, ...signature])]),
  "type-2": Buffer.concat([Buffer.from([2]), rlp([one, one, one, one, one, to, none, none, list, ...signature])]),
  "type-3": Buffer.concat([Buffer.from([3]), rlp([one, one, one, one, one, to, none, none, list, one, [word("0x01" + "22".repeat(31))], ...signature])]),
  "type-4": Buffer.concat([Buffer.from([4]), rlp([one, one, one, one, one, to, none, none, list, [[one, to, one, none, one, one]], ...signature])]),
  deposit: bytes("0x7ec0"),
};
for (const [name, transaction] of Object.entries(transactions)) {
  seed("raw_transaction", name, transaction);
}
const request = { to: INBOX, accessList: [{ address: INBOX, storageKeys: keys }] };
const raw = "0x" + transactions["type-2"].toString("hex");
for (const [name, message] of Object.entries({
  raw: call("eth_sendRawTransaction", [raw]),
  request: call("eth_sendTransaction", [request]),
  unsigned: call("eth_sendUnsignedTransaction", [request]),
  reorg: call("anvil_reorg", [2, [[request, 0], [raw, 1]]]),
  "reorg-by-name": call("anvil_reorg", { depth: 2, tx_block_pairs: [[request, 0]] }),
  call: call("eth_call", [request, "latest"]),
  batch: [call("eth_chainId", []), call("eth_sendTransaction", [request]), { method: "evm_revert", params: ["0x1"] }],
  fields: { from: INBOX, gas: "0x5208", input: "0x", type: "0x2" },
})) seed("gateway", name, JSON.stringify(message));
