import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CrossDomainMessage, InteropExecutionError, type MessageStatus, NoContractError, SendingUnknownError, decodeRevert } from "@causeway-interop/viem";
import { HttpRequestError, InsufficientFundsError, TransactionExecutionError, UserRejectedRequestError, parseUnits } from "viem";
import { readAmount } from "../src/amount.js";
import { isFateUnknown } from "../src/fate.js";
import { type Known, story } from "../src/steps.js";
import { type Transfer, openTransfers } from "../src/transfers.js";
import { words } from "../src/words.js";

describe("an amount", () => {
  test("is read as it is written", () => {
    for (const [text, value] of [["1.5", "1.5"], [" 2 ", "2"], [".5", "0.5"], ["3.", "3"], ["0.000000000000000001", "0.000000000000000001"]] as const) {
      assert.deepEqual(readAmount(text, 18), { value: parseUnits(value, 18) });
    }
  });

  test("is refused if it can be read in two ways, or is none", () => {
    for (const text of ["", "0", "0.0", "-1", "−1", "1,000", "1,5", "1e18", "0x10", "1.2.3", "abc", "NaN", "Infinity", "1 000"]) {
      assert.ok("fault" in readAmount(text, 18), text);
    }
    assert.ok("fault" in readAmount("0.0000001", 6), "more digits than the token has");
    assert.ok("fault" in readAmount(`1${"0".repeat(78)}`, 0), "more than 256 bits");
  });
});

const rpc = (method: string) => new HttpRequestError({ url: "http://127.0.0.1:1", body: { method }, details: "connection refused" });
const sending = (cause: HttpRequestError) => new TransactionExecutionError(cause, { account: null, data: "0x" } as never);

describe("an error", () => {
  test("is told in words", () => {
    assert.match(words(new UserRejectedRequestError(new Error("no"))).what, /said no. Nothing was sent/);
    assert.match(words(new TransactionExecutionError(new InsufficientFundsError(), { account: null } as never)).what, /not have enough ETH/);
    assert.match(words(rpc("eth_call")).what, /does not answer/);
    const paused = new InteropExecutionError({ revert: { ...decodeRevert("0x"), errorName: "EnforcedPause" }, action: "Minting" });
    assert.match(words(paused).what, /takes no transfers at the moment \(EnforcedPause\)\. Nothing was sent/);
    assert.match(words(new NoContractError({ what: "token", address: "0x00", chainId: 902n })).what, /no token/);
    assert.equal(words(new Error("something else")).what, "something else");
  });

  test("leaves the fate of what was handed over open, and of nothing else", () => {
    const unknown = new SendingUnknownError({ transactionHash: undefined, cause: rpc("eth_sendTransaction") });
    assert.equal(isFateUnknown(unknown), true);
    assert.match(words(unknown).what, /may have been sent, or not/);
    assert.equal(isFateUnknown(sending(rpc("eth_estimateGas"))), false);
    assert.equal(isFateUnknown(rpc("eth_getCode")), false);
    assert.equal(isFateUnknown(new UserRejectedRequestError(new Error("no"))), false);
    assert.equal(isFateUnknown(new Error("no")), false);
  });
});

// What a timeline shows does not depend on the message's content.
const message = {} as CrossDomainMessage;
const unplaced = { messageHash: "0x01", message, id: undefined, safety: "unknown" } as const;
const included = { messageHash: "0x01", message, id: { origin: "0x", blockNumber: 7n, logIndex: 0n, timestamp: 1_700_000_000n, chainId: 901n }, safety: "unsafe" } as const;
const tell = (status: MessageStatus | undefined, more: Partial<Known> = {}) =>
  story({ hash: "0x02", asking: false, askedAt: 1, seen: {}, status, source: "A", destination: "B", ...more });
const shape = ({ headline, steps }: ReturnType<typeof story>) => `${headline}: ${steps.map(({ is }) => is).join(" ")}`;

describe("a story", () => {
  test("has a line for each state", () => {
    const revert = { errorName: "EnforcedPause", args: [], message: "EnforcedPause()", data: "0x" } as const;
    const delivered = { state: "delivered", transactionHash: "0x03", returnDataHash: "0x04", deliverySafety: "safe", delivery: undefined } as const;
    assert.equal(shape(tell(undefined)), "Sent: done now todo todo todo");
    assert.equal(shape(tell({ ...unplaced, state: "pending", reason: "not-included" })), "On its way: done now todo todo todo");
    assert.equal(shape(tell({ ...included, state: "pending", reason: "destination-behind" })), "On its way: done done now todo todo");
    assert.equal(shape(tell({ ...included, state: "ready" })), "Ready: done done done now todo");
    assert.equal(shape(tell({ ...included, state: "in-flight", transactionHash: "0x05" })), "In flight: done done done now todo");
    assert.equal(shape(tell({ ...included, ...delivered })), "Delivered: done done done done done");
    assert.equal(shape(tell({ ...unplaced, ...delivered })), "Delivered: done done done done done", "whatever has become of its source");
    assert.equal(shape(tell({ ...included, state: "failed", reason: revert, transactionHash: undefined })), "Delivery fails: done done done failed todo");
    assert.equal(shape(tell({ ...included, state: "expired", expiredAt: 9n })), "Expired: done done failed todo todo");
    assert.equal(shape(tell({ ...unplaced, state: "reorged" })), "Undone by a reorg: done failed todo todo todo");
  });

  test("does not say that something was sent which may not have been", () => {
    assert.equal(shape(tell(undefined, { hash: undefined })), "Perhaps sent: now todo todo todo todo");
    assert.equal(shape(tell(undefined, { hash: undefined, asking: true })), "Asking the wallet: now todo todo todo todo");
    assert.equal(shape(tell(undefined, { refused: "It reverted." })), "Not sent: done failed todo todo todo");
  });
});

describe("what is remembered", () => {
  const account = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
  const transfer: Omit<Transfer, "id" | "seen"> = {
    asset: "eth", symbol: "ETH", amount: "1", decimals: 18, source: 901, destination: 902, account, recipient: account, askedAt: 1, askedIn: "5",
  };
  const memory = () => {
    const kept = new Map<string, string>();
    return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), kept } as unknown as Storage & { kept: Map<string, string> };
  };

  test("outlives the page, for its own network only", () => {
    const storage = memory();
    const first = openTransfers("0xaa", storage);
    const id = first.add(transfer);
    first.update(id, { hash: `0x${"12".repeat(32)}` });
    first.saw(id, "sent");
    const [kept] = openTransfers("0xaa", storage).all();
    assert.equal(kept?.hash, `0x${"12".repeat(32)}`);
    assert.ok(kept?.seen.sent);
    assert.deepEqual(openTransfers("0xbb", storage).all(), []);
  });

  test("is being asked for only in the page that asks", () => {
    const storage = memory();
    const first = openTransfers("0xaa", storage);
    const id = first.add(transfer);
    assert.equal(first.isAsking(id), true);
    assert.equal(openTransfers("0xaa", storage).isAsking(id), false);
    first.answered(id);
    assert.equal(first.isAsking(id), false);
  });

  test("is one transaction for each transfer", () => {
    const here = openTransfers("0xaa", memory());
    const [first, second] = [here.add(transfer), here.add(transfer)];
    const hash = `0x${"12".repeat(32)}` as const;
    here.update(first, { hash });
    here.update(second, { hash });
    assert.deepEqual(here.all().map(({ id, hash }) => [id, hash]), [[second, undefined], [first, hash]]);
  });

  test("is not lost when the storage is full", () => {
    const storage = memory();
    const set = storage.setItem;
    const full = () => {
      throw new Error("QuotaExceededError");
    };
    const here = openTransfers("0xaa", storage);
    const first = here.add(transfer);
    storage.setItem = full;
    const second = here.add(transfer);
    here.update(first, { hash: `0x${"12".repeat(32)}` });
    here.update(second, { hash: `0x${"34".repeat(32)}` });
    const hashes = () => here.all().map(({ hash }) => hash?.slice(2, 4));
    assert.deepEqual(hashes(), ["34", "12"]);
    // Another tab has put something there in the meantime.
    storage.setItem = set;
    const stored = JSON.parse(storage.kept.get("causeway.transfers.0xaa") ?? "[]") as Transfer[];
    storage.kept.set("causeway.transfers.0xaa", JSON.stringify([{ ...transfer, id: "other", seen: {} }, ...stored]));
    here.saw(first, "sent");
    assert.deepEqual(openTransfers("0xaa", storage).all().map(({ id }) => id).sort(), [first, second, "other"].sort());
    storage.setItem = full;
    here.remove(second);
    here.saw(first, "ready");
    assert.deepEqual(here.all().map(({ id }) => id).sort(), [first, "other"].sort(), "what is forgotten does not come back");
  });

  test("is passed over if it is none", () => {
    const storage = memory();
    const whole = { ...transfer, id: "x", seen: {} };
    const broken = [{ amount: "<b>1</b>" }, { amount: 1 }, { amount: "1".repeat(79) }, { decimals: -3 }, { decimals: 2 ** 40 }, { askedAt: 9e15 }, { seen: { sent: "abc" } }, { hash: 5 }, { source: "901" }];
    for (const text of ["no json", "{}", '[1, null, {"id": 1}]', ...broken.map((part) => JSON.stringify([{ ...whole, ...part }]))]) {
      storage.kept.set("causeway.transfers.0xaa", text);
      assert.deepEqual(openTransfers("0xaa", storage).all(), [], text);
    }
  });
});
