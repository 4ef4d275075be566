import type { Locator, Page } from "playwright-core";
import type { Address } from "viem";

export interface Sending {
  asset: "ETH" | "MOCK";
  from: "OPChainA" | "OPChainB";
  to: "OPChainA" | "OPChainB";
  amount: string;
  recipient?: string;
}

/** Does what a person does with the page. */
export class Player {
  constructor(readonly page: Page) {}

  async connect(account?: Address): Promise<void> {
    await this.page.getByRole("button", { name: "Connect the devnet’s accounts" }).click();
    if (account) await this.page.getByLabel("Account", { exact: true }).selectOption(account);
    await this.page.getByRole("heading", { name: "Send to another chain" }).waitFor();
  }

  /** Fills in the form, and presses its button. */
  async send({ asset, from, to, amount, recipient }: Sending): Promise<void> {
    await this.page.getByRole("radio", { name: asset, exact: true }).check();
    await this.page.getByLabel("From", { exact: true }).selectOption({ label: from });
    await this.page.getByLabel("To", { exact: true }).selectOption({ label: to });
    await this.page.getByLabel("Amount", { exact: true }).fill(amount);
    await this.page.getByLabel("To another address").fill(recipient ?? "");
    await this.page.getByRole("button", { name: /^Send / }).click();
  }

  /** What was sent, newest first. */
  transfer(index = 0): Locator {
    return this.page.getByRole("article").nth(index);
  }

  /** Waits until the newest transfer's headline says so. */
  async headline(text: string, index = 0): Promise<void> {
    await this.transfer(index).locator(".state", { hasText: text }).waitFor();
  }

  /** Waits until the balance that the page shows is this. */
  async balance(chain: number, asset: "eth" | "token", text: string): Promise<void> {
    await this.page.locator(`tr[data-chain="${chain}"] td[data-asset="${asset}"]`, { hasText: new RegExp(`^${text.replace(".", "\\.")}$`) }).waitFor();
  }

  /** What is said below the button. */
  async fault(text: RegExp): Promise<void> {
    await this.page.getByTestId("sending-fault").filter({ hasText: text }).waitFor();
  }

  /** What a timeline says: each step with its mark. */
  async steps(index = 0): Promise<string[]> {
    return this.transfer(index).locator(".step .name").allInnerTexts();
  }

  /** The whole hash of a step's transaction. */
  async hash(step: string, index = 0): Promise<`0x${string}`> {
    return (await this.transfer(index).locator(`[data-step="${step}"] [data-hash]`).getAttribute("data-hash")) as `0x${string}`;
  }
}
