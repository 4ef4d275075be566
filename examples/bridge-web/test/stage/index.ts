import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { build, preview } from "vite";
import { type Between, adminThatSays, standBetween } from "./between.js";
import { startChromium } from "./chromium.js";
import { type Devnet, startDevnet } from "./devnet.js";

const folder = fileURLToPath(new URL("../..", import.meta.url));
/** Where the screenshots of a run are kept. */
export const shots = join(folder, "..", "..", "target", "examples", "bridge-web");

/** Everything that the tests play on: chains, the page's server, a browser. */
export interface Stage {
  devnet: Devnet;
  /** What stands between the page and chain 901, and between it and 902. */
  between: Record<901 | 902, Between>;
  /** Opens the page, as a browser that has never seen it. */
  open(options?: BrowserContextOptions): Promise<{ page: Page; context: BrowserContext; hosts: Set<string> }>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const each of closing.reverse()) await each();
  };
  try {
    const browser: Browser = await startChromium();
    closing.push(() => browser.close());
    const devnet = await startDevnet();
    closing.push(() => devnet.stop());

    const between = {} as Stage["between"];
    for (const chain of devnet.network.chains) {
      const each = await standBetween(chain.rpc_url);
      between[chain.chain_id as 901 | 902] = each;
      closing.push(() => each.close());
    }
    const chains = devnet.network.chains.map((chain) => ({ ...chain, rpc_url: between[chain.chain_id as 901 | 902].url }));
    const admin = await adminThatSays({ ...devnet.network, chains });
    closing.push(() => admin.close());

    await build({ root: folder, logLevel: "error" });
    const server = await preview({ root: folder, logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
    closing.push(() => server.close());
    const url = `${server.resolvedUrls?.local[0]}?devnet=${encodeURIComponent(admin.url)}`;
    await mkdir(shots, { recursive: true });

    return {
      devnet,
      between,
      close,
      async open(options = {}) {
        const context = await browser.newContext({ viewport: { width: 1180, height: 900 }, locale: "en-GB", ...options });
        const page = await context.newPage();
        const hosts = new Set<string>();
        page.on("request", (request) => {
          const { protocol, hostname } = new URL(request.url());
          if (protocol.startsWith("http") || protocol.startsWith("ws")) hosts.add(hostname);
        });
        await page.goto(url);
        return { page, context, hosts };
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
