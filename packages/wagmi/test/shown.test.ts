// First: what comes after looks whether there is a document when it is loaded.
import "./support/document.js";
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { transform } from "esbuild";
import { type ComponentType, createElement } from "react";
import { createRoot } from "react-dom/client";
import { type Address, createPublicClient, http, parseAbi, parseEther } from "viem";
import { WagmiProvider } from "wagmi";
import { switchChain, writeContract } from "wagmi/actions";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { blocks } from "./support/documents.js";
import { walletOf } from "./support/wallet.js";

const TOKEN = "0x420beeF000000000000000000000000000000001";
const folder = fileURLToPath(new URL("./shown", import.meta.url));

let devnet: Devnet;
const closing: (() => void)[] = [];
before(async () => {
  devnet = await startDevnet();
});
after(async () => {
  for (const close of closing) close();
  await devnet?.stop();
});

/** A component that a document shows. */
async function shown(document: string, section: string | undefined, name: string): Promise<ComponentType<Record<string, unknown>>> {
  const block = blocks(document, section).find(({ code }) => code.includes(`export function ${name}(`));
  assert.ok(block, `${document} shows no ${name}`);
  const { code } = await transform(block.code, { loader: "tsx", jsx: "automatic", format: "esm" });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.js`);
  writeFileSync(file, code);
  return ((await import(file)) as Record<string, ComponentType<Record<string, unknown>>>)[name] as ComponentType<Record<string, unknown>>;
}

/** Shows it with an account's wallet, presses its button, and waits until it says so. */
async function press(component: ComponentType<Record<string, unknown>>, index: number, says: RegExp, properties: Record<string, unknown> = {}) {
  const { config } = await walletOf(devnet, index);
  const element = document.createElement("div");
  document.body.append(element);
  const root = createRoot(element);
  const queries = new QueryClient();
  closing.push(() => {
    root.unmount();
    queries.clear();
  });
  const until = (what: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => what() && (observer.disconnect(), resolve());
      const observer = new MutationObserver(look);
      observer.observe(element, { subtree: true, childList: true, characterData: true });
      look();
    });
  root.render(
    createElement(WagmiProvider, { config, reconnectOnMount: false }, createElement(QueryClientProvider, { client: queries }, createElement(component, properties))),
  );
  await until(() => element.querySelector("button") !== null);
  element.querySelector("button")?.click();
  await until(() => says.test(element.textContent ?? "") || element.querySelector('[role="alert"]') !== null);
  assert.match(element.textContent ?? "", says);
}

test("the README's component sends ETH", async () => {
  await press(await shown("packages/wagmi/README.md", undefined, "Send"), 0, /delivered/);
});

test("the token of docs/bindings.md arrives", async () => {
  const { config, account } = await walletOf(devnet, 1);
  await switchChain(config, { chainId: 901 });
  const hash = await writeContract(config, { address: TOKEN, abi: parseAbi(["function mint(address,uint256)"]), functionName: "mint", args: [account, parseEther("1")], chainId: 901 });
  await createPublicClient({ transport: http(devnet.urls[901]) }).waitForTransactionReceipt({ hash });
  await press(await shown("docs/bindings.md", "React and wagmi", "SendToken"), 1, /Delivered in 0x[0-9a-f]{64}/);
});

test("the call of docs/bindings.md is made", async () => {
  // Any contract that takes the call: a STOP.
  const { config } = await walletOf(devnet, 2);
  await switchChain(config, { chainId: 902 });
  const { deployContract } = await import("wagmi/actions");
  const hash = await deployContract(config, { abi: [], bytecode: "0x6001600c60003960016000f300", chainId: 902 });
  const { contractAddress } = await createPublicClient({ transport: http(devnet.urls[902]) }).waitForTransactionReceipt({ hash });
  await press(await shown("docs/bindings.md", "React and wagmi", "Increment"), 2, /Counted/, { counter: contractAddress as Address });
});
