// A dapp's program on the bindings of the awkward contracts: compiled with everything strict, and run on a node.
// Its argument is the node's URL. packages/viem/test/bindings.test.ts makes the bindings beside it, in `bindings/`.
import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  type Hex,
  createTestClient,
  decodeErrorResult,
  http,
  parseEventLogs,
  publicActions,
  walletActions,
} from "viem";
import { foundry } from "viem/chains";
import * as bindings from "./bindings/index.js";

declare const process: { argv: string[] };

const [, , url] = process.argv as [string, string, string];
const account = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const client = createTestClient({ mode: "anvil", account, chain: foundry, transport: http(url), pollingInterval: 50 })
  .extend(publicActions)
  .extend(walletActions);

/** Types that are not these do not compile; values that are not, throw. */
function same<value>(found: value, expected: NoInfer<value>): void {
  const text = (of: unknown) => JSON.stringify(of, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
  if (text(found) !== text(expected)) throw new Error(`${text(found)} is not ${text(expected)}`);
}

async function deploy(bytecode: Hex, abi: Abi = [], args: readonly unknown[] = [], value = 0n): Promise<Address> {
  const hash = await client.deployContract({ abi, bytecode, args, value } as Parameters<typeof client.deployContract>[0]);
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("nothing was created");
  return contractAddress;
}

/** The data that a call reverts with. */
async function reverted(call: Promise<unknown>): Promise<Hex> {
  const error = await call.then(() => null, (error: unknown) => error);
  const cause = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  if (!(cause instanceof ContractFunctionRevertedError) || !cause.raw) throw new Error("it did not revert", { cause: error });
  return cause.raw;
}

async function logsOf(hash: Hex) {
  return (await client.waitForTransactionReceipt({ hash })).logs;
}

// Overloads: of functions, events, errors.
{
  const overloads = bindings.overloadsAt(await deploy(bindings.overloadsBytecode));
  const get = { ...overloads, functionName: "get" } as const;
  same(await client.readContract({ ...get, args: [1n] }), 2n);
  same(await client.readContract({ ...get, args: ["text"] }), "text");
  same(await client.readContract({ ...get, args: [] }), [3n, true]);
  const hash = await client.writeContract({ ...overloads, functionName: "log", args: [2n] });
  const [log] = parseEventLogs({ abi: overloads.abi, logs: await logsOf(hash), eventName: "Logged" });
  same(log?.args as unknown, { a: 3n, b: "three" });
  const data = await reverted(client.readContract({ ...overloads, functionName: "fail", args: [3n] }));
  const { errorName, args } = decodeErrorResult({ abi: bindings.errorsAbi, data });
  same([errorName, args as unknown], ["Failed", ["three"]]);
}

// Names with $ and _, names that differ in case only, a contract and a struct of one name.
{
  const dollar = bindings.dollarAt(await deploy(bindings.dollarBytecode));
  same(await client.readContract({ ...dollar, functionName: "$", args: [1n] }), 2n);
  same(await client.readContract({ ...dollar, functionName: "$$" }), 2n);
  const struct = { $a: 1n, _b: 2n, c$: 3n };
  same(await client.readContract({ ...dollar, functionName: "pay$", args: [4n, struct] }), [7n, struct]);
  same(await client.readContract({ ...dollar, functionName: "unit", args: [5n] }), 5n);

  const cased = bindings.cased2At(await deploy(bindings.cased2Bytecode));
  same(await client.readContract({ ...cased, functionName: "value" }), 1n);
  same(await client.readContract({ ...cased, functionName: "VALUE" }), 2n);
  same(await client.readContract({ ...cased, functionName: "foo_bar", args: [3n] }), 3n);
  const hash = await client.writeContract({ ...cased, functionName: "move", args: [false] });
  same((await logsOf(hash)).map((log) => parseEventLogs({ abi: cased.abi, logs: [log] })[0]?.eventName), ["moved"]);
  const capitals = bindings.casedAt(await deploy(bindings.casedBytecode));
  same(await client.readContract({ ...capitals, functionName: "value" }), 3n);

  const same_ = bindings.sameAt(await deploy(bindings.sameBytecode));
  same(await client.readContract({ ...same_, functionName: "same", args: [{ value: 1n }, { small: 2 }] }), { value: 3n });
}

// Two contracts of one name.
{
  const left = bindings.leftTwinAt(await deploy(bindings.leftTwinBytecode));
  const config = { left: 1n, owner: account } as const;
  await logsOf(await client.writeContract({ ...left, functionName: "configure", args: [config] }));
  same(await client.readContract({ ...left, functionName: "config" }), config);
  const right = bindings.rightTwinAt(await deploy(bindings.rightTwinBytecode));
  const other = { right: true, label: "b", range: [1n, 2n] } as const;
  await logsOf(await client.writeContract({ ...right, functionName: "configure", args: [other] }));
  same(await client.readContract({ ...right, functionName: "config" }), other);
}

// Words of the language: as contracts, functions, arguments and fields.
{
  const words = bindings.asyncContractAt(await deploy(bindings.asyncContractBytecode));
  same(await client.readContract({ ...words, functionName: "self", args: [1n] }), 2n);
  same(await client.readContract({ ...words, functionName: "arguments", args: [1n, 2n] }), 3n);
  same(await client.readContract({ ...words, functionName: "async_", args: [1n, 2] }), [1n, 2]);
}

// Structs that contracts share, types of a user's, results and fields without names.
{
  const shared = { at: { x: -1n, y: 2n }, price: 3n, color: 1, inners: [{ data: "0x01", names: [["a", "b"]] }] } as const;
  const sharer = bindings.sharerAAt(await deploy(bindings.sharerABytecode));
  const { result } = await client.simulateContract({ ...sharer, functionName: "use_", args: [shared] });
  same(result, shared);
  const data = await reverted(client.simulateContract({ ...sharer, functionName: "use_", args: [{ ...shared, color: 2 }] }));
  same(decodeErrorResult({ abi: bindings.sharerAAbi, data }).args[1], 2);
  const both = bindings.sharerBAt(await deploy(bindings.sharerBBytecode));
  same(await client.readContract({ ...both, functionName: "point", args: [{ x: 1n, y: 2n }] }), { x: 2n, y: 1n });

  const unnamed = bindings.unnamedAt(await deploy(bindings.unnamedBytecode));
  same(await client.readContract({ ...unnamed, functionName: "pair" }), [1n, "0x0000000000000000000000000000000000000002"]);
  same(await client.readContract({ ...unnamed, functionName: "mixed", args: [1n, 2n, true] }), [2n, true]);
  same(await client.readContract({ ...unnamed, functionName: "onlyOne", args: [{ value: 5n }] }), { value: 5n });
  const arrays = [[[1n, 2n, 3n]], ["0x01"], ["a", "b"], [account]] as const;
  same(await client.readContract({ ...unnamed, functionName: "arrays", args: arrays }), arrays);
}

// Libraries, to be called and to be linked; a constructor with arguments and ether; fallback and receive.
{
  const external = bindings.externalAt(await deploy(bindings.externalBytecode));
  same(await client.readContract({ ...external, functionName: "thrice", args: [2n] }), 6n);
  const second = await deploy(bindings.secondBytecode);
  const bytecode = bindings.linkedBytecode({ "src/Kinds.sol:External": external.address, "src/Kinds.sol:Second": second });
  const linked = bindings.linkedAt(await deploy(bytecode, bindings.linkedAbi, [10n]));
  same(await client.readContract({ ...linked, functionName: "compute", args: [2n] }), 13n);
  same((await client.simulateContract({ ...linked, functionName: "bump", args: [1n] })).result, 11n);

  const args = [1n, { value: 2n, label: "c" }, []] as const;
  const payable = bindings.payableAt(await deploy(bindings.payableBytecode, bindings.payableAbi, args, 4n));
  same(await client.readContract({ ...payable, functionName: "value" }), 3n);
  same(await client.readContract({ ...payable, functionName: "paid" }), 4n);

  const fallback = bindings.fallbackAt(await deploy(bindings.fallbackBytecode));
  const names = async (request: { data?: Hex; value?: bigint }) => {
    const logs = await logsOf(await client.sendTransaction({ to: fallback.address, ...request }));
    return parseEventLogs({ abi: fallback.abi, logs }).map(({ eventName }) => eventName);
  };
  same(await names({ value: 1n }), ["Received"]);
  same(await names({ data: "0x12345678" }), ["Called"]);
}

// Events without names and signatures, inherited ones included.
{
  const child = bindings.childAt(await deploy(bindings.childBytecode));
  same(await client.readContract({ ...child, functionName: "given" }), 42n);
  const logs = await logsOf(await client.writeContract({ ...child, functionName: "shout" }));
  const names = parseEventLogs({ abi: child.abi, logs }).map(({ eventName }) => eventName);
  same(names.filter((name) => name !== "Anonymous" && name !== "AnonymousToo"), ["Hashed", "Array", "Nameless", "Nothing"]);
}

// Documentation that tries to be code; a call that is refused by its type.
{
  const hostile = bindings.hostileAt(await deploy(bindings.hostileBytecode));
  same(await client.readContract({ ...hostile, functionName: "hostile", args: [1n, "ab"] }), 3n);
  same("evil" in bindings, false);
  // @ts-expect-error: a number where a text is meant
  const refused = () => client.readContract({ ...hostile, functionName: "hostile", args: [1n, 2n] });
  same(typeof refused, "function");
}

// Addresses: on all chains, on some, and on all with others on some.
{
  const everywhere: "0x0000000000000000000000000000000000000001" = bindings.same.address;
  same(everywhere, bindings.sameAddress);
  same(bindings.childOn(5).address, "0x0000000000000000000000000000000000000002");
  // @ts-expect-error: it is not on that chain
  same(bindings.childOn(6).address, undefined);
  same([bindings.longOn(901).address, bindings.longOn(7).target], ["0x0000000000000000000000000000000000000004", "0x0000000000000000000000000000000000000003"]);
}

// Numbers of every size, and many of them.
{
  const long = bindings.longAt(await deploy(bindings.longBytecode));
  const { inputs } = long.abi.find((item) => item.type === "function" && item.name === "twentyFour") as { inputs: readonly [{ components: readonly unknown[] }] };
  same(inputs[0].components.length, 24);
}

console.log("every awkward contract was called");
