// First: what comes after looks whether there is a document when it is loaded.
import "./support/document.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { NoContractError, SameChainError, SendingRevertedError, SendingUnknownError, contracts, l2ToL2CrossDomainMessengerAbi, superchainETHBridgeAbi, superchainETHBridgeAddress } from "@causeway-interop/viem";
import * as hooks from "@causeway-interop/wagmi";
import { type Address, type Hash, type Hex, createTestClient, erc20Abi, http, parseAbi, parseEther, publicActions } from "viem";
import type { Config } from "wagmi";
import { switchChain, writeContract } from "wagmi/actions";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { run } from "./support/hook.js";
import { chainOf, walletOf } from "./support/wallet.js";

const TOKEN = "0x420beeF000000000000000000000000000000001";
const tokenAbi = parseAbi(["function mint(address to, uint256 amount)", "function nothing()"]);

let devnet: Devnet;
const closing: (() => void)[] = [];
before(async () => {
  devnet = await startDevnet();
});
after(async () => {
  for (const close of closing) close();
  await devnet?.stop();
});

const node = (id: 901 | 902) => createTestClient({ mode: "anvil", chain: chainOf(devnet, id), transport: http() }).extend(publicActions);
const recipient = (index: number) => `0x${String(index).padStart(40, "cafe")}` as Address;

const wallet = (index: number) => walletOf(devnet, index);

function play<value>(config: Config, hook: () => value) {
  const running = run(config, hook);
  closing.push(running.end);
  return running;
}

describe("the hooks", { concurrency: true }, () => {
  test("send ETH, and follow it until it is delivered", async () => {
    const { config } = await wallet(0);
    let hash: Hash | undefined;
    const page = play(config, () => ({
      send: hooks.useSendETH(),
      status: hooks.useMessageStatus({ hash, chainId: 901, destination: 902 }),
      wait: hooks.useWaitForDelivery({ hash, chainId: 901, destination: 902 }),
    }));
    await page.until(({ status }) => status.fetchStatus === "idle");
    assert.equal(page.current().status.data, undefined, "nothing is asked without a hash");

    hash = await page.current().send.mutateAsync({ value: parseEther("1"), destination: 902, to: recipient(0) });
    page.again();
    const { wait } = await page.until(({ wait }) => wait.isSuccess);
    const { status } = await page.until(({ status }) => status.data?.state === "delivered");
    assert.equal(status.data?.state === "delivered" && status.data.transactionHash, wait.data?.transactionHash);
    assert.equal(await node(902).getBalance({ address: recipient(0) }), parseEther("1"));
  });

  test("send from the chain that is named, wherever the wallet is", async () => {
    const { config } = await wallet(1);
    await switchChain(config, { chainId: 901 });
    const page = play(config, () => hooks.useSendETH());
    await page.until(() => true);
    const hash = await page.current().mutateAsync({ value: 7n, chainId: 902, destination: 901, to: recipient(1) });
    const receipt = await node(902).waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, "success");
  });

  test("send a token, for which the account is the recipient if none is named", async () => {
    const { config, account } = await wallet(2);
    const mint = await writeContract(config, { address: TOKEN, abi: tokenAbi, functionName: "mint", args: [account, 50n], chainId: 901 });
    await node(901).waitForTransactionReceipt({ hash: mint });
    let hash: Hash | undefined;
    const page = play(config, () => ({ send: hooks.useSendERC20(), wait: hooks.useWaitForDelivery({ hash, chainId: 901, destination: 902 }) }));
    await page.until(() => true);
    hash = await page.current().send.mutateAsync({ tokenAddress: TOKEN, amount: 20n, chainId: 901, destination: 902 });
    page.again();
    await page.until(({ wait }) => wait.isSuccess);
    assert.equal(await node(902).readContract({ address: TOKEN, abi: erc20Abi, functionName: "balanceOf", args: [account] }), 20n);
  });

  test("call a contract on another chain", async () => {
    const { config } = await wallet(3);
    let hash: Hash | undefined;
    const page = play(config, () => ({ call: hooks.useSendCrossChainCall(), wait: hooks.useWaitForDelivery({ hash, chainId: 901, destination: 902 }) }));
    await page.until(() => true);
    hash = await page.current().call.mutateAsync({ abi: tokenAbi, functionName: "mint", args: [recipient(3), 5n], target: TOKEN, chainId: 901, destination: 902 });
    page.again();
    await page.until(({ wait }) => wait.isSuccess);
    assert.equal(await node(902).readContract({ address: TOKEN, abi: erc20Abi, functionName: "balanceOf", args: [recipient(3)] }), 5n);
  });

  test("refuse what cannot arrive before the wallet is asked", async () => {
    const { config, account } = await wallet(4);
    const page = play(config, () => ({ eth: hooks.useSendETH(), erc20: hooks.useSendERC20(), call: hooks.useSendCrossChainCall() }));
    await page.until(() => true);
    const { eth, erc20, call } = page.current();
    const nowhere = "0x00000000000000000000000000000000000dead1";
    const refused = (sent: Promise<Hash>, kind: new (...args: never[]) => Error) => assert.rejects(sent, (error) => error instanceof kind);
    await refused(eth.mutateAsync({ value: 1n, chainId: 901, destination: 903 }), hooks.ChainNotConfiguredError);
    await refused(eth.mutateAsync({ value: 1n, chainId: 901, destination: 901 }), SameChainError);
    await refused(erc20.mutateAsync({ tokenAddress: nowhere, amount: 1n, chainId: 901, destination: 902 }), NoContractError);
    await refused(call.mutateAsync({ abi: tokenAbi, functionName: "nothing", target: nowhere, chainId: 901, destination: 902 }), NoContractError);
    assert.equal(await node(901).getTransactionCount({ address: account }), 0);
  });

  test("ask a relayer, too, where one is named", async () => {
    const { config } = await wallet(9);
    // No function of the token: its delivery fails, so that there is something to be told.
    const call = { abi: l2ToL2CrossDomainMessengerAbi, address: contracts.l2ToL2CrossDomainMessenger.address, functionName: "sendMessage", args: [902n, TOKEN, "0x12345678"] } as const;
    const hash = await writeContract(config, { ...call, chainId: 901 });
    const relayer = createServer((request, response) => {
      const messageHash = request.url?.split("/").at(-1);
      response.end(JSON.stringify({ messageHash, source: "901", destination: "902", status: "failed", timeline: { attempts: [] }, next: { text: "told by the relayer" } }));
    }).listen(0, "127.0.0.1");
    await once(relayer, "listening");
    const relayerUrl = `http://127.0.0.1:${(relayer.address() as AddressInfo).port}`;
    const seen: (string | undefined)[] = [];
    const page = play(config, () => ({
      status: hooks.useMessageStatus({ hash, chainId: 901, destination: 902, relayerUrl }),
      wait: hooks.useWaitForDelivery({ hash, chainId: 901, destination: 902, relayerUrl, onStatus: (status) => void seen.push(status.relayer?.reason) }),
    }));
    const { status } = await page.until(({ status }) => status.data?.state === "failed");
    assert.equal(status.data?.relayer?.reason, "told by the relayer");
    await page.until(({ wait }) => wait.isError);
    assert.ok(seen.includes("told by the relayer"));
    relayer.closeAllConnections();
    relayer.close();
  });

  test("tell of a transaction that sent nothing", async () => {
    const { config, account } = await wallet(5);
    const bad = { abi: superchainETHBridgeAbi, address: superchainETHBridgeAddress, functionName: "sendETH", args: [account, 901n] } as const;
    const hash = await writeContract(config, { ...bad, value: 1n, chainId: 901, gas: 200_000n });
    const page = play(config, () => hooks.useMessageStatus({ hash, chainId: 901, destination: 902 }));
    const { error } = await page.until(({ isError }) => isError);
    assert.ok(error instanceof SendingRevertedError, String(error));
  });
});

describe("the hooks, where something is wrong", () => {
  test("send once, whatever an application does with what fails", async () => {
    const proxy = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", async () => {
        const body = Buffer.concat(chunks).toString();
        const answer = await (await fetch(devnet.urls[901], { method: "POST", headers: { "content-type": "application/json" }, body })).text();
        if (body.includes('"eth_sendTransaction"')) return void request.socket.destroy();
        response.writeHead(200, { "content-type": "application/json" }).end(answer);
      });
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { config, account } = await walletOf({ ...devnet, urls: { ...devnet.urls, 901: url } }, 7);
    const page = play(config, () => hooks.useSendETH());
    await page.until(() => true);
    await assert.rejects(page.current().mutateAsync({ value: 1n, chainId: 901, destination: 902 }), SendingUnknownError);
    assert.equal(await node(901).getTransactionCount({ address: account, blockTag: "pending" }), 1);
    proxy.closeAllConnections();
    proxy.close();
  });

  test("say of a chain that the configuration does not have that it is not there", async () => {
    const { config } = await wallet(8);
    const hash = `0x${"12".repeat(32)}` as const;
    const page = play(config, () => hooks.useMessageStatus({ hash, chainId: 901, destination: 5 }));
    const { error } = await page.until(({ isError }) => isError);
    assert.ok(error instanceof hooks.ChainNotConfiguredError, String(error));
  });
});

describe("the hooks, by themselves", () => {
  test("refuse a token that is halted on the destination", async () => {
    const { config, account } = await wallet(6);
    const there = node(902);
    const code = (await there.getCode({ address: TOKEN })) as Hex;
    const page = play(config, () => hooks.useSendERC20());
    await page.until(() => true);
    // Every call of it reverts with EnforcedPause().
    await there.setCode({ address: TOKEN, bytecode: "0x63d93c066560e01b60005260046000fd" });
    await assert.rejects(
      page.current().mutateAsync({ tokenAddress: TOKEN, amount: 1n, chainId: 901, destination: 902 }),
      (error: Error & { errorName?: string }) => error.name === "UndeliverableError" && error.errorName === "EnforcedPause",
    );
    await there.setCode({ address: TOKEN, bytecode: code });
    assert.equal(await node(901).getTransactionCount({ address: account }), 0);
  });
});
