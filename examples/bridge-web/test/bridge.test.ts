import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import axe from "axe-core";
import { type Address, erc20Abi, getAddress, parseAbi, parseEther } from "viem";
import { refusing } from "./stage/devnet.js";
import { type Stage, setStage, shots } from "./stage/index.js";
import { Player } from "./stage/player.js";

/** Only what hangs is ended by it, in milliseconds. */
const PATIENCE = Number(process.env.PATIENCE ?? 60_000);
const TOKEN = "0x420beeF000000000000000000000000000000001";
/** `EnforcedPause()`, by which OpenZeppelin's tokens say that they are halted. */
const ENFORCED_PAUSE = "0xd93c0665";

let stage: Stage;
before(async () => {
  stage = await setStage();
});
after(async () => {
  await stage?.close();
});

const eth = (chain: number, address: Address) => stage.devnet.chain(chain).getBalance({ address });
const tokens = (chain: number, address: Address) =>
  stage.devnet.chain(chain).readContract({ address: TOKEN, abi: erc20Abi, functionName: "balanceOf", args: [address] });
/** Each test has an account of its own: they go on side by side. */
const account = (index: number) => getAddress(stage.devnet.network.dev_accounts[index] as Address);
const stranger = (index: number) => `0x${String(index).padStart(40, "b0b")}` as Address;

/** Waits until an account's first transaction is in a block. */
async function mined(chain: number, address: Address): Promise<void> {
  while ((await stage.devnet.chain(chain).getTransactionCount({ address })) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Opens the page with an account connected, and closes it after the test's body. */
async function play(index: number, body: (player: Player, opened: Awaited<ReturnType<Stage["open"]>>) => Promise<void>) {
  const opened = await stage.open();
  opened.page.setDefaultTimeout(PATIENCE);
  try {
    const player = new Player(opened.page);
    await player.connect(account(index));
    await body(player, opened);
  } catch (error) {
    await opened.page.screenshot({ path: join(shots, `failed-${index}.png`), fullPage: true }).catch(() => {});
    throw error;
  } finally {
    await opened.context.close();
  }
}

describe("the bridge page", { concurrency: 3 }, () => {
  test("brings ETH there and back", () =>
    play(0, async (player, { hosts }) => {
      const before = await eth(902, account(0));
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "1.5" });
      await player.headline("Delivered");
      assert.equal(await eth(902, account(0)), before + parseEther("1.5"));
      await player.balance(902, "eth", "10\u202f001.5");
      assert.deepEqual((await player.steps()).map((step) => step.replace(/\s*:\s*/, ": ")), [
        "Sent: done",
        "In a block: done",
        "Ready to be delivered: done",
        "In flight: done",
        "Delivered: done",
      ]);
      // The hashes that it shows are those of the chains.
      const sent = await stage.devnet.chain(901).getTransactionReceipt({ hash: await player.hash("Sent") });
      const delivered = await stage.devnet.chain(902).getTransactionReceipt({ hash: await player.hash("Delivered") });
      assert.deepEqual([sent.status, delivered.status], ["success", "success"]);

      const back = await eth(901, stranger(0));
      await player.send({ asset: "ETH", from: "OPChainB", to: "OPChainA", amount: "0.25", recipient: stranger(0) });
      await player.page.getByRole("article").nth(1).waitFor();
      await player.headline("Delivered");
      assert.equal(await eth(901, stranger(0)), back + parseEther("0.25"));
      assert.deepEqual([...hosts], ["127.0.0.1"], "nothing is loaded from elsewhere");
    }));

  test("brings the token there and back", () =>
    play(1, async (player) => {
      await player.page.getByRole("radio", { name: "MOCK" }).check();
      await player.page.getByRole("button", { name: "Get 100 MOCK" }).click();
      await player.balance(901, "token", "100");

      await player.send({ asset: "MOCK", from: "OPChainA", to: "OPChainB", amount: "60" });
      await player.headline("Delivered");
      await player.balance(902, "token", "60");
      await player.send({ asset: "MOCK", from: "OPChainB", to: "OPChainA", amount: "20.5" });
      await player.page.getByRole("article").nth(1).waitFor();
      await player.headline("Delivered");
      await player.balance(901, "token", "60.5");
      assert.deepEqual([await tokens(901, account(1)), await tokens(902, account(1))], [parseEther("60.5"), parseEther("39.5")]);
    }));

  test("takes a second Enter for no mistake, and leaves alone what was typed since", () =>
    play(9, async ({ page }) => {
      const amount = page.getByLabel("Amount", { exact: true });
      const articles = page.getByRole("article");
      await amount.fill("0.1");
      await amount.press("Enter");
      await articles.first().waitFor();
      await page.waitForFunction(() => (document.getElementById("amount") as HTMLInputElement).value === "");
      await amount.press("Enter");
      await page.getByRole("button", { name: /^Send / }).click();
      assert.equal(await page.locator("#amount-fault").innerText(), "");
      // The field that it emptied is no mistake, and one that somebody empties is.
      await amount.fill("1");
      await amount.fill("");
      await amount.press("Enter");
      assert.equal(await page.locator("#amount-fault").innerText(), "Enter an amount.");

      await amount.fill("0.2");
      await page.getByRole("button", { name: /^Send / }).click();
      await amount.fill("0.3");
      await articles.nth(1).waitFor();
      await page.getByRole("button", { name: /^Send ETH/ }).waitFor();
      assert.equal(await amount.inputValue(), "0.3");
      assert.equal(await articles.count(), 2);
    }));

  test("says what is wrong, and sends nothing", () =>
    play(2, async (player) => {
      const nonce = () => stage.devnet.chain(901).getTransactionCount({ address: account(2) });
      const before = await nonce();
      const says = (text: RegExp) => player.page.locator(".fault", { hasText: text }).first().waitFor();
      const send = { asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "1" } as const;

      await player.send({ ...send, amount: "" });
      await says(/Enter an amount/);
      await player.send({ ...send, amount: "1,000" });
      await says(/nothing between thousands/);
      await player.send({ ...send, amount: "0" });
      await says(/more than zero/);
      await player.send({ ...send, amount: "1000000" });
      await says(/more ETH than the account has on OPChainA/);
      await player.send({ ...send, recipient: "0xb0b" });
      await says(/0x and 40 hexadecimal digits/);
      await player.send({ ...send, recipient: account(3).replace("EB", "Eb") });
      await says(/typing error/);
      // All of it, so that nothing is left for the fee: the node says so.
      await player.send({ ...send, amount: "10000" });
      await player.fault(/does not have enough ETH for the amount and the fee. Nothing was sent/);

      assert.equal(await nonce(), before);
      assert.equal(await player.page.getByRole("article").count(), 0, "what was not sent is not remembered");
    }));
});

// One after the other: they take something from everybody.
describe("the bridge page, when something happens", { concurrency: 1 }, () => {
  afterEach(() => Object.values(stage.between).forEach((each) => each.calm()));

  test("goes on when a node comes back, and when the page is loaded again in between", () =>
    play(4, async (player) => {
      const sending = stage.between[901].hold("eth_sendRawTransaction");
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "2", recipient: stranger(4) });
      await player.headline("Asking the wallet");
      await sending.reached;
      stage.between[902].away(true);
      sending.release();
      // What the source alone tells may be known by then, or not yet.
      await player.transfer().getByText("node does not answer").waitFor();

      await player.page.reload();
      await player.transfer().getByText("node does not answer").waitFor();
      assert.equal(await player.page.getByRole("article").count(), 1, "it is remembered");
      stage.between[902].away(false);
      await player.headline("Delivered");
      assert.equal(await eth(902, stranger(4)), parseEther("2"));
      assert.equal(await player.transfer().getByText("node does not answer").count(), 0);
    }));

  test("sends once what it was told of twice: an answer that is lost", () =>
    play(3, async (player) => {
      stage.between[901].loseAnswerTo("eth_sendRawTransaction");
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "3", recipient: stranger(3) });
      await player.headline("Delivered");
      assert.equal(await eth(902, stranger(3)), parseEther("3"));
      assert.equal(await stage.devnet.chain(901).getTransactionCount({ address: account(3) }), 1);
    }));

  test("does not take for failed what was mined before it was sent again", () =>
    play(2, async (player) => {
      const sending = stage.between[901].hold("eth_sendRawTransaction");
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "1", recipient: stranger(2) });
      await player.headline("Asking the wallet");
      await sending.reached;
      await mined(901, account(2));
      stage.between[901].loseHeld();
      sending.release();
      await player.headline("Delivered");
      assert.equal(await player.page.getByRole("article").count(), 1);
      assert.equal(await player.page.getByTestId("sending-fault").textContent(), "");
      assert.equal(await eth(902, stranger(2)), parseEther("1"));
      assert.equal(await stage.devnet.chain(901).getTransactionCount({ address: account(2) }), 1);
    }));

  test("sends once, however quickly it is told again", () =>
    play(0, async (player) => {
      const nonce = () => stage.devnet.chain(901).getTransactionCount({ address: account(0) });
      const before = await nonce();
      await player.page.getByLabel("Amount", { exact: true }).fill("1");
      await player.page.getByLabel("To another address").fill(stranger(9));
      await player.page.evaluate(() => {
        const sheet = document.querySelector("form");
        for (let count = 0; count < 3; count++) sheet?.requestSubmit();
      });
      await player.headline("Delivered");
      assert.equal(await player.page.getByRole("article").count(), 1);
      assert.equal(await nonce(), before + 1);
    }));

  test("lives with whatever is in the browser's storage", () =>
    play(8, async (player) => {
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "0.1", recipient: stranger(1) });
      await player.headline("Delivered");
      await player.page.evaluate(() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith("causeway.transfers")) ?? "";
        const [kept] = JSON.parse(localStorage.getItem(key) ?? "[]") as object[];
        const others = [{ destination: 5 }, { source: 5 }, { seen: { sent: "abc" } }, { askedAt: 9e15 }, { decimals: -3 }];
        localStorage.setItem(key, JSON.stringify([...others.map((part, index) => ({ ...kept, id: String(index), ...part })), kept]));
        localStorage.setItem("causeway.account", "nobody");
      });
      await player.page.reload();
      await player.page.getByRole("heading", { name: "Send to another chain" }).waitFor();
      await player.transfer(2).getByText("Delivered").first().waitFor();
      assert.equal(await player.page.getByRole("article").count(), 3);
    }));

  test("finds what was sent although no answer ever came", () =>
    play(5, async (player) => {
      const sending = stage.between[901].hold("eth_sendRawTransaction");
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "3", recipient: stranger(5) });
      await player.headline("Asking the wallet");
      await sending.reached;
      stage.between[901].away(true);
      sending.release();
      await player.fault(/may have been sent, or not/);
      await player.headline("Perhaps sent");
      await player.page.reload();
      stage.between[901].away(false);
      await player.headline("Delivered");
      assert.equal(await eth(902, stranger(5)), parseEther("3"));
      assert.equal(await stage.devnet.chain(901).getTransactionCount({ address: account(5) }), 1);
    }));

  test("says that a node is away before anything is sent, and goes on by itself", () =>
    play(6, async (player) => {
      stage.between[902].away(true);
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "1", recipient: stranger(6) });
      await player.fault(/node does not answer/);
      assert.equal(await stage.devnet.chain(901).getTransactionCount({ address: account(6) }), 0);
      assert.equal(await player.page.getByRole("article").count(), 0);

      stage.between[902].away(false);
      await player.page.getByRole("button", { name: /^Send / }).click();
      await player.headline("Delivered");
      assert.equal(await eth(902, stranger(6)), parseEther("1"));
    }));

  test("sends no token to where it is halted, and says why a delivery fails", () =>
    play(7, async (player) => {
      const [a, b] = [stage.devnet.chain(901), stage.devnet.chain(902)];
      await a.writeContract({ address: TOKEN, abi: parseAbi(["function mint(address,uint256)"]), functionName: "mint", args: [account(7), parseEther("10")], account: account(7), chain: null });
      await player.balance(901, "token", "10");
      const code = await b.getCode({ address: TOKEN });
      assert.ok(code);

      await b.setCode({ address: TOKEN, bytecode: refusing(ENFORCED_PAUSE) });
      await player.send({ asset: "MOCK", from: "OPChainA", to: "OPChainB", amount: "4" });
      await player.fault(/takes no transfers at the moment \(EnforcedPause\). Nothing was sent/);
      assert.equal(await tokens(901, account(7)), parseEther("10"));

      // Halted only after the page has looked: the delivery fails, until it is mended.
      await b.setCode({ address: TOKEN, bytecode: code });
      const sending = stage.between[901].hold("eth_sendRawTransaction");
      await player.send({ asset: "MOCK", from: "OPChainA", to: "OPChainB", amount: "4" });
      await player.headline("Asking the wallet");
      await sending.reached;
      await b.setCode({ address: TOKEN, bytecode: refusing(ENFORCED_PAUSE) });
      sending.release();
      await player.headline("Delivery fails");
      await player.transfer().getByText("OPChainB refuses it at the moment").waitFor();
      await b.setCode({ address: TOKEN, bytecode: code });
      await player.headline("Delivered");
      assert.equal(await tokens(902, account(7)), parseEther("4"));
    }));

  test("waits for a devnet, and says how to start one", async () => {
    const { page, context } = await stage.open();
    const url = new URL(page.url());
    url.searchParams.set("devnet", "http://127.0.0.1:9");
    await page.goto(url.href);
    await page.getByRole("heading", { name: "No devnet yet" }).waitFor();
    await page.getByText("causeway devnet --autorelay").waitFor();
    url.searchParams.set("devnet", "hello");
    await page.goto(url.href);
    await page.getByText("What answers at hello is not the admin API of a devnet").waitFor();
    await context.close();
  });
});

describe("the bridge page's looks", { concurrency: 1 }, () => {
  test("can be used with the keyboard alone", async () => {
    const { page, context } = await stage.open();
    await page.getByRole("button", { name: /^Connect/ }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Send to another chain" }).waitFor();
    const reached: string[] = [];
    for (let count = 0; count < 7; count++) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => {
        const { id, textContent, ariaLabel, tagName, type } = document.activeElement as HTMLInputElement;
        return id || ariaLabel || (tagName === "BUTTON" ? textContent : type) || tagName;
      }));
      if (reached.at(-1) === "amount") await page.keyboard.type("0.01");
    }
    assert.deepEqual(reached, ["radio", "source", "Swap the two chains", "destination", "amount", "Max", "recipient"]);
    await page.keyboard.press("Enter");
    await new Player(page).headline("Delivered");
    await context.close();
  });

  for (const { name, width, height, scheme } of [
    { name: "desktop-light", width: 1180, height: 900, scheme: "light" },
    { name: "desktop-dark", width: 1180, height: 900, scheme: "dark" },
    { name: "phone-light", width: 390, height: 844, scheme: "light" },
    { name: "phone-dark", width: 390, height: 844, scheme: "dark" },
    { name: "narrow", width: 320, height: 640, scheme: "light" },
  ] as const) {
    test(`is accessible and fits: ${name}`, async () => {
      const { page, context } = await stage.open({ viewport: { width, height }, colorScheme: scheme });
      const faults = async () => {
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      };
      const player = new Player(page);
      await page.getByRole("button", { name: /^Connect/ }).waitFor();
      assert.deepEqual(await faults(), []);
      await player.connect(account(8));
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "1234567" });
      await player.send({ asset: "ETH", from: "OPChainA", to: "OPChainB", amount: "0.5", recipient: stranger(8) });
      await player.headline("Delivered");
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
      await player.page.getByLabel("Amount", { exact: true }).fill("0");
      await player.page.getByRole("button", { name: /^Send / }).click();
      await page.locator(".fault", { hasText: "The amount has to be more than zero" }).waitFor();
      assert.deepEqual(await faults(), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, "nothing is cut off at the side");
      await context.close();
    });
  }
});
