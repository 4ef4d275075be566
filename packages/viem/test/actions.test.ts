import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  AdmissionError,
  DecimalsMismatchError,
  ExecutingMessagePendingLogError,
  InsufficientLiquidityError,
  InteropExecutionError,
  InvalidDestinationChainError,
  NoContractError,
  SameChainError,
  UndeliverableError,
  ZeroAmountError,
  ZeroGasPriceError,
  ZeroRecipientError,
  contracts,
  ethLiquidityAddress,
  messageHash,
  relayCrossDomainMessage,
  sendSuperchainERC20,
  superchainERC20Abi,
} from "@causeway-interop/viem";
import { type Address, type Hex, ContractFunctionRevertedError, BaseError, createTestClient, http, keccak256, parseAbi, parseEther, zeroAddress } from "viem";
import { chainAt, devAccount, devnetToken, reader, unlocked, writer } from "./support/clients.js";
import { counterAbi, counterBytecode } from "./support/counter.js";
import { startProxy } from "./support/proxy.js";
import { type Running, run, startAnvil, startDevnet } from "./support/processes.js";

const recipient: Address = "0x00000000000000000000000000000000000c0de5";
const mintAbi = parseAbi(["function mint(address to, uint256 amount)"]);

/** The same on what nodes there are: a devnet behind its gateway, and bare anvils that have the contracts. */
const networks = {
  "a devnet": async () => {
    const { urls, stop } = await startDevnet("--block-time", "1");
    return { urls, stop };
  },
  "bare anvils": async () => {
    const anvils = await Promise.all([startAnvil(901, "--network", "optimism"), startAnvil(902, "--network", "optimism")]);
    const urls = anvils.map(({ url }) => url) as [string, string];
    await run("deploy", "predeploys", "--chain", ...urls, "--devnet-token");
    return { urls, stop: async () => void (await Promise.all(anvils.map((anvil) => anvil.stop()))) };
  },
} as const;

for (const [name, start] of Object.entries(networks)) {
  describe(`actions on ${name}`, () => {
    let network: Running & { urls: readonly [string, string, ...string[]] };
    let counter: Address;
    let [urlA, urlB] = ["", ""];
    before(async () => {
      network = await start();
      [urlA, urlB] = network.urls;
      const wallet = writer(902, urlB);
      const hash = await wallet.deployContract({ abi: counterAbi, bytecode: counterBytecode() });
      counter = (await reader(902, urlB).waitForTransactionReceipt({ hash })).contractAddress as Address;
    });
    after(() => network.stop());

    /** The message that a transaction on A sends, with what it takes to execute it. */
    async function sent(hash: `0x${string}`) {
      const source = reader(901, urlA);
      const { logs, status } = await source.waitForTransactionReceipt({ hash });
      assert.equal(status, "success");
      const [message, ...others] = await source.interop.getCrossDomainMessages({ logs });
      assert.ok(message);
      assert.equal(others.length, 0);
      return { message, executing: await source.interop.buildExecutingMessage({ log: message.log }) };
    }

    for (const [kind, client] of Object.entries({ "a key": writer, "an unlocked account": unlocked })) {
      test(`a call goes across by ${kind}`, async () => {
        const [wallet, relayer, destination] = [client(901, urlA, 1), client(902, urlB, 2), reader(902, urlB)];
        const before = await destination.readContract({ abi: counterAbi, address: counter, functionName: "number" });
        const request = { abi: counterAbi, functionName: "increment", target: counter, destination } as const;
        const simulated = await wallet.interop.simulateSendCrossChainCall(request);
        assert.ok((await wallet.interop.estimateSendCrossChainCallGas(request)) > 21_000n);
        const { message, executing } = await sent(await wallet.interop.sendCrossChainCall(request));
        assert.equal(messageHash(message), simulated);
        assert.equal(await destination.interop.getCrossDomainMessageStatus({ message }), "ready-to-relay");

        assert.ok((await relayer.interop.estimateRelayCrossDomainMessageGas(executing)) > 21_000n);
        await relayer.interop.simulateRelayCrossDomainMessage(executing);
        // The list is not needed: it is what these two make.
        const { id, payload } = executing;
        const receipt = await destination.waitForTransactionReceipt({ hash: await relayer.interop.relayCrossDomainMessage({ id, payload }) });
        assert.equal(receipt.status, "success");
        assert.deepEqual((await destination.getTransaction({ hash: receipt.transactionHash })).accessList, executing.accessList);
        assert.equal(await destination.interop.getCrossDomainMessageStatus({ message }), "relayed");
        assert.equal(await destination.readContract({ abi: counterAbi, address: counter, functionName: "number" }), before + 1n);
        assert.equal(await destination.readContract({ abi: counterAbi, address: counter, functionName: "lastSender" }), devAccount(1).address);

        await assert.rejects(relayer.interop.relayCrossDomainMessage(executing), (error: unknown) => {
          assert.ok(error instanceof InteropExecutionError, String(error));
          assert.equal(error.errorName, "MessageAlreadyRelayed");
          assert.match(error.shortMessage, /^Relaying the message reverts: MessageAlreadyRelayed/);
          assert.match(error.hint ?? "", /nothing is left to do/);
          assert.ok(error.walk((cause) => cause instanceof ContractFunctionRevertedError));
          return true;
        });
      });
    }

    test("tokens and ETH go across", async () => {
      const [wallet, relayer, destination] = [writer(901, urlA, 3), writer(902, urlB, 4), reader(902, urlB)];
      const minting = await wallet.writeContract({ abi: mintAbi, address: devnetToken, functionName: "mint", args: [devAccount(3).address, 500n] });
      await reader(901, urlA).waitForTransactionReceipt({ hash: minting });

      const transfer = { tokenAddress: devnetToken, to: recipient, amount: 200n, chainId: 902, destination } as const;
      const simulated = await wallet.interop.simulateSendSuperchainERC20(transfer);
      assert.ok((await wallet.interop.estimateSendSuperchainERC20Gas(transfer)) > 21_000n);
      const token = await sent(await wallet.interop.sendSuperchainERC20(transfer));
      assert.equal(messageHash(token.message), simulated);
      const money = { to: recipient, value: parseEther("2"), destination } as const;
      await wallet.interop.simulateSendETH(money);
      assert.ok((await wallet.interop.estimateSendETHGas(money)) > 21_000n);
      const ether = await sent(await wallet.interop.sendETH(money));

      for (const { executing } of [token, ether]) {
        const receipt = await destination.waitForTransactionReceipt({ hash: await relayer.interop.relayCrossDomainMessage(executing) });
        assert.equal(receipt.status, "success");
      }
      assert.equal(await destination.readContract({ abi: superchainERC20Abi, address: devnetToken, functionName: "balanceOf", args: [recipient] }), 200n);
      assert.equal(await destination.getBalance({ address: recipient }), parseEther("2"));
    });

    test("any log is executed with the list that is built from it", async () => {
      const [wallet, relayer, source, destination] = [writer(901, urlA, 5), writer(902, urlB, 6), reader(901, urlA), reader(902, urlB)];
      const hash = await wallet.writeContract({ abi: mintAbi, address: devnetToken, functionName: "mint", args: [recipient, 1n] });
      const { logs } = await source.waitForTransactionReceipt({ hash });
      const log = logs[0];
      assert.ok(log);
      const { id, payload, accessList } = await source.interop.buildExecutingMessage({ log });
      assert.deepEqual(await source.interop.buildAccessList({ logs: [log, log] }), accessList);
      const inboxAbi = (await import("@causeway-interop/viem")).crossL2InboxAbi;
      const { maxFeePerGas } = await destination.estimateFeesPerGas();
      const request = { abi: inboxAbi, address: contracts.crossL2Inbox.address, functionName: "validateMessage", args: [id, keccak256(payload)], maxFeePerGas } as const;
      await assert.rejects(relayer.writeContract(request), /NotInAccessList/);
      const receipt = await destination.waitForTransactionReceipt({ hash: await relayer.writeContract({ ...request, accessList }) });
      assert.equal(receipt.status, "success");
    });

    test("what a target refuses has its name", async () => {
      const [wallet, relayer, destination] = [writer(901, urlA, 7), writer(902, urlB, 8), reader(902, urlB)];
      await destination.waitForTransactionReceipt({ hash: await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [true] }) });
      const { executing } = await sent(
        await wallet.interop.sendCrossChainCall({ abi: counterAbi, functionName: "set", args: [7n, "too late"], target: counter, destination: 902 }),
      );
      await assert.rejects(relayer.interop.relayCrossDomainMessage({ ...executing, targetAbi: counterAbi }), (error: unknown) => {
        assert.ok(error instanceof InteropExecutionError, String(error));
        assert.equal(error.errorName, "Refused");
        assert.deepEqual(error.args, [7n, "too late"]);
        return true;
      });
      await assert.rejects(relayer.interop.simulateRelayCrossDomainMessage(executing), (error: unknown) => {
        assert.ok(error instanceof InteropExecutionError, String(error));
        assert.equal(error.errorName, undefined);
        return true;
      });
      await destination.waitForTransactionReceipt({ hash: await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [false] }) });
    });

    test("a price of zero is refused before a node is asked, and nobody's simulation has one", async () => {
      const [wallet, relayer, destination] = [writer(901, urlA, 1), writer(902, urlB, 2), reader(902, urlB)];
      const { executing } = await sent(await wallet.interop.sendCrossDomainMessage({ destinationChainId: 902, target: recipient, message: "0x" }));
      await assert.rejects(relayer.interop.relayCrossDomainMessage({ ...executing, maxFeePerGas: 0n }), ZeroGasPriceError);
      await assert.rejects(relayer.interop.relayCrossDomainMessage({ ...executing, gasPrice: 0n }), ZeroGasPriceError);
      // An account that has nothing, on a node that does not make up a price.
      await destination.interop.simulateRelayCrossDomainMessage({ ...executing, account: recipient.replace("c0de5", "dead5") as Address });
      const receipt = await destination.waitForTransactionReceipt({ hash: await relayCrossDomainMessage(relayer, { ...executing, gas: null }) });
      assert.equal(receipt.status, "success");
    });

    test("money is not sent where it would be lost or stuck", async () => {
      const [wallet, source, destination] = [writer(901, urlA, 9), reader(901, urlA), reader(902, urlB)];
      const token = { tokenAddress: devnetToken, to: recipient, amount: 1n, chainId: 902 } as const;
      const before = await source.getTransactionCount({ address: devAccount(9).address });
      await assert.rejects(wallet.interop.sendSuperchainERC20({ ...token, to: zeroAddress }), ZeroRecipientError);
      await assert.rejects(wallet.interop.sendSuperchainERC20({ ...token, amount: 0n }), ZeroAmountError);
      await assert.rejects(wallet.interop.sendSuperchainERC20({ ...token, chainId: 901 }), SameChainError);
      await assert.rejects(wallet.interop.sendSuperchainERC20({ ...token, chainId: 903, destination }), InvalidDestinationChainError);
      await assert.rejects(sendSuperchainERC20(wallet, { ...token, tokenAddress: recipient, destination }), NoContractError);
      await assert.rejects(wallet.interop.sendSuperchainERC20({ ...token, amount: 10n ** 30n }), (error: unknown) => {
        assert.ok(error instanceof InteropExecutionError, String(error));
        assert.equal(error.errorName, "InsufficientBalance");
        return true;
      });
      const value = parseEther("1");
      await assert.rejects(wallet.interop.sendETH({ to: zeroAddress, value, chainId: 902 }), ZeroRecipientError);
      await assert.rejects(wallet.interop.sendETH({ to: recipient, value: 0n, chainId: 902 }), ZeroAmountError);
      await assert.rejects(wallet.interop.sendETH({ to: recipient, value, destination: source }), SameChainError);
      await assert.rejects(wallet.interop.sendCrossDomainMessage({ destinationChainId: 901, target: recipient, message: "0x" }), SameChainError);
      await assert.rejects(wallet.interop.sendCrossChainCall({ abi: counterAbi, functionName: "increment", target: recipient, destination }), NoContractError);

      const controls = createTestClient({ mode: "anvil", chain: chainAt(902, urlB), transport: http(urlB) });
      const balance = await destination.getBalance({ address: ethLiquidityAddress });
      await controls.setBalance({ address: ethLiquidityAddress, value: value - 1n });
      await assert.rejects(wallet.interop.sendETH({ to: recipient, value, destination }), InsufficientLiquidityError);
      await controls.setBalance({ address: ethLiquidityAddress, value: balance });
      assert.equal(await source.getTransactionCount({ address: devAccount(9).address }), before, "something was sent");
    });

    test("what could not be delivered is not sent, if one gives the other end", async () => {
      const [wallet, relayer, source, destination] = [writer(901, urlA, 8), writer(902, urlB, 5), reader(901, urlA), reader(902, urlB)];
      const steer = createTestClient({ mode: "anvil", chain: chainAt(902, urlB), transport: http(urlB) });
      const before = await source.getTransactionCount({ address: devAccount(8).address });
      await destination.waitForTransactionReceipt({ hash: await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [true] }) });
      const call = { abi: counterAbi, functionName: "set", args: [7n, "closed"], target: counter } as const;
      await assert.rejects(wallet.interop.sendCrossChainCall({ ...call, destination }), (error: unknown) => {
        assert.ok(error instanceof UndeliverableError, String(error));
        assert.equal(error.errorName, "Refused");
        assert.equal(error.reason, "Refused(7, closed)");
        return true;
      });
      await destination.waitForTransactionReceipt({ hash: await relayer.writeContract({ abi: counterAbi, address: counter, functionName: "close", args: [false] }) });

      // A token that is another one there: the counter's code, which mints nothing, and one with other decimals.
      const minting = await wallet.writeContract({ abi: mintAbi, address: devnetToken, functionName: "mint", args: [devAccount(8).address, 5n] });
      await source.waitForTransactionReceipt({ hash: minting });
      const code = (await destination.getCode({ address: devnetToken })) as Hex;
      const token = { tokenAddress: devnetToken, to: recipient, amount: 1n, destination } as const;
      await steer.setCode({ address: devnetToken, bytecode: (await destination.getCode({ address: counter })) as Hex });
      await assert.rejects(wallet.interop.sendSuperchainERC20(token), UndeliverableError);
      await steer.setCode({ address: devnetToken, bytecode: "0x600660005260206000f3" }); // 6, whatever is asked
      await assert.rejects(wallet.interop.sendSuperchainERC20(token), DecimalsMismatchError);
      await steer.setCode({ address: devnetToken, bytecode: code });
      assert.equal(await source.getTransactionCount({ address: devAccount(8).address }), before + 1, "something was sent");
      await sent(await wallet.interop.sendSuperchainERC20(token));
    });

    test("one empty answer of the other end stops nothing", async (context) => {
      const answered = new Set<string>();
      const proxy = await startProxy(urlB, ({ method, params }) => {
        const isFirst = method === "eth_getCode" && !answered.has(String(params[0]));
        if (isFirst) answered.add(String(params[0]));
        return isFirst ? { result: "0x" } : undefined;
      });
      context.after(proxy.stop);
      const { message } = await sent(await writer(901, urlA, 6).interop.sendETH({ to: recipient, value: 1n, destination: reader(902, proxy.url) }));
      assert.equal(message.destination, 902n);
      assert.equal(answered.size, 4);
    });

    test("a relay that comes too early is tried again, one that is wrong is not", async (context) => {
      const wallet = writer(901, urlA, 1);
      const { executing } = await sent(await wallet.interop.sendCrossDomainMessage({ destinationChainId: 902, target: recipient, message: "0x" }));
      let [code, left, message] = [-321401, 2, "not known yet"];
      const proxy = await startProxy(urlB, ({ method }) => (method === "eth_sendRawTransaction" && left-- > 0 ? { error: { code, message } } : undefined));
      context.after(proxy.stop);
      const early = writer(902, proxy.url, 2);
      await assert.rejects(early.interop.relayCrossDomainMessage({ ...executing, patience: 0 }), (error: unknown) => {
        assert.ok(error instanceof AdmissionError, String(error));
        assert.deepEqual([error.code, error.disposition], [-321401, "retry"]);
        return true;
      });
      left = 2;
      const receipt = await reader(902, urlB).waitForTransactionReceipt({ hash: await early.interop.relayCrossDomainMessage(executing) });
      assert.equal(receipt.status, "success");
      const { executing: other } = await sent(await wallet.interop.sendCrossDomainMessage({ destinationChainId: 902, target: recipient, message: "0x" }));
      // The deployed filter's words for one that is only too young, under the code of what is invalid.
      [code, left, message] = [-320600, 1, "initiating message timestamp 9 not before inclusion timestamp 9: conflicting data"];
      await assert.rejects(early.interop.relayCrossDomainMessage({ ...other, patience: 0 }), (error: unknown) => error instanceof AdmissionError && error.disposition === "retry");
      [code, left, message] = [-320600, 1, "conflicting data"];
      await assert.rejects(early.interop.relayCrossDomainMessage(other), (error: unknown) => error instanceof AdmissionError && error.disposition === "invalid");
      assert.equal(proxy.calls.filter(({ method }) => method === "eth_sendRawTransaction").length, 6);
    });

    test("a log that is in no block points at nothing", async () => {
      const pending = { address: recipient, topics: [], data: "0x", blockHash: null, blockNumber: null, logIndex: null, transactionHash: null, transactionIndex: null, removed: false } as const;
      await assert.rejects(reader(901, urlA).interop.buildExecutingMessage({ log: { ...pending, topics: [] } }), ExecutingMessagePendingLogError);
    });

    test("errors of nodes stay what they are", async () => {
      const gone = reader(902, "http://127.0.0.1:9");
      await assert.rejects(gone.interop.getCrossDomainMessages({ logs: [] }).then(() => gone.getBlockNumber({ cacheTime: 0 })), BaseError);
    });
  });
}
