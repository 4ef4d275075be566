// What is given wrongly, where no compiler looks: it is said before any node is asked.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  DeliveryTimeoutError,
  InteropExecutionError,
  InvalidDestinationError,
  NoContractError,
  UndeliverableError,
  ZeroAmountError,
  getMessageStatus,
  sendCrossChainCall,
  sendCrossDomainMessage,
  sendETH,
  sendSuperchainERC20,
  waitForDelivery,
} from "@causeway-interop/viem";
import { devnetA, devnetB } from "@causeway-interop/viem/chains";
import { type Address, InvalidAddressError, createClient, custom, parseAbi } from "viem";
import { devAccount } from "./support/clients.js";

const account = devAccount(0);
const asked: string[] = [];
const transport = custom({
  request: ({ method }: { method: string }) => {
    asked.push(method);
    throw new Error(`${method} was asked`);
  },
});
const source = createClient({ account, chain: devnetA, transport });
const destination = createClient({ chain: devnetB, transport });
const token: Address = "0x420beeF000000000000000000000000000000001";
const hash = `0x${"12".repeat(32)}` as const;

/** As JavaScript gives it: without types. */
type Loosely = (client: unknown, parameters: unknown) => Promise<unknown>;
const actions = {
  sendETH: [sendETH as Loosely, { to: account.address, value: 1n }],
  sendSuperchainERC20: [sendSuperchainERC20 as Loosely, { tokenAddress: token, to: account.address, amount: 1n }],
  sendCrossChainCall: [sendCrossChainCall as Loosely, { abi: parseAbi(["function increment()"]), functionName: "increment", target: token }],
} as const;
const followers = { getMessageStatus: getMessageStatus as Loosely, waitForDelivery: waitForDelivery as Loosely };

describe("what is given wrongly", () => {
  for (const [name, [send, parameters]] of Object.entries(actions)) {
    for (const given of [undefined, null, devnetB, "OPChainB", "http://127.0.0.1:9546", Number.NaN, 902.5, -1, {}]) {
      test(`${name}: the destination ${JSON.stringify(given)?.slice(0, 30)}`, async () => {
        await assert.rejects(send(source, { ...parameters, destination: given }), InvalidDestinationError);
      });
    }
  }

  for (const [name, follow] of Object.entries(followers)) {
    for (const given of [undefined, null, 902, devnetB]) {
      test(`${name}: the destination ${JSON.stringify(given)?.slice(0, 30)}`, async () => {
        await assert.rejects(follow(source, { hash, destination: given }), (error: unknown) => {
          assert.ok(error instanceof InvalidDestinationError, String(error));
          assert.doesNotMatch(error.message, /neither the id/);
          return true;
        });
      });
    }
  }

  test("an address that is none, or is left out", async () => {
    for (const wrong of [undefined, "0x12", "vitalik.eth", "0x420BeeF000000000000000000000000000000001"]) {
      const [send, parameters] = actions.sendCrossChainCall;
      await assert.rejects(send(source, { ...parameters, target: wrong, destination }), InvalidAddressError);
      await assert.rejects((sendSuperchainERC20 as Loosely)(source, { ...actions.sendSuperchainERC20[1], tokenAddress: wrong, destination }), InvalidAddressError);
      await assert.rejects((sendETH as Loosely)(source, { to: wrong, value: 1n, destination }), InvalidAddressError);
    }
  });

  test("an amount that is left out, or less than nothing", async () => {
    await assert.rejects((sendETH as Loosely)(source, { to: account.address, destination }), ZeroAmountError);
    await assert.rejects(sendETH(source, { to: account.address, value: -1n, destination }), ZeroAmountError);
    await assert.rejects((sendSuperchainERC20 as Loosely)(source, { tokenAddress: token, to: account.address, destination }), ZeroAmountError);
  });

  test("no account", async () => {
    const nobody = createClient({ chain: devnetA, transport });
    const named = { name: "AccountNotFoundError" };
    await assert.rejects((sendETH as Loosely)(nobody, { to: account.address, value: 1n, chainId: 902 }), named);
    await assert.rejects((sendCrossDomainMessage as Loosely)(nobody, { destinationChainId: 902, target: token, message: "0x" }), named);
  });

  test("no node was asked", () => assert.deepEqual(asked, []));
});

test("hints say what can be done about it", () => {
  const missing = (what: string) => new NoContractError({ what, address: token, chainId: 902n }).hint ?? "";
  assert.doesNotMatch(missing("contract"), /same address on both chains/);
  assert.match(missing("token"), /same address on both chains/);
  assert.match(missing("messenger"), /no interop/);

  const message = { messageHash: hash, message: undefined, id: undefined, safety: "unknown" } as const;
  const timeout = (state: "ready" | "pending") => new DeliveryTimeoutError({ timeout: 1, status: { state, ...message } as never }).hint ?? "";
  assert.match(timeout("ready"), /does a relayer run\?/);
  assert.doesNotMatch(timeout("pending"), /relayer/);

  // The client says that it is of the destination, and its node is of another chain.
  const revert = Object.assign(Object.create(InteropExecutionError.prototype), { errorName: "MessageDestinationNotRelayChain", reason: "MessageDestinationNotRelayChain()" });
  assert.match(new UndeliverableError({ chainId: 902n, revert }).hint ?? "", /look at its URL/);
});
