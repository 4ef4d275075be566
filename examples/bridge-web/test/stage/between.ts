import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** Stands between the page and a node, and can do to the page what networks do. */
export interface Between {
  url: string;
  /** The node is away for the page: connections end without an answer. */
  away(isAway: boolean): void;
  /** The next answer to this method is lost on its way; the node has done what it was asked for. */
  loseAnswerTo(method: string): void;
  /** Answers to this method wait until `release`; `reached` is when the node has answered the first. */
  hold(method: string): { reached: Promise<void>; release(): void };
  /** The answer that is held now is lost when it is released. */
  loseHeld(): void;
  /** As if nothing had happened. */
  calm(): void;
  close(): Promise<void>;
}

const CORS = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "access-control-allow-private-network": "true" };

async function listen(serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const server: Server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Passes on to a node what the page asks. */
export async function standBetween(node: string): Promise<Between> {
  let isAway = false;
  let lost: string | undefined;
  let held: { method: string; reach(): void; until: Promise<void>; isLost: boolean } | undefined;
  const { url, close } = await listen(async (request, response) => {
    if (isAway) return void request.socket.destroy();
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    const body = await bodyOf(request);
    const answer = await (await fetch(node, { method: "POST", headers: { "content-type": "application/json" }, body })).text();
    if (lost && body.includes(`"${lost}"`)) {
      lost = undefined;
      return void request.socket.destroy();
    }
    if (held && body.includes(`"${held.method}"`)) {
      const holding = held;
      holding.reach();
      await holding.until;
      if (holding.isLost) return void request.socket.destroy();
    }
    if (isAway) return void request.socket.destroy();
    response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(answer);
  });
  return {
    url,
    close,
    away(value) {
      isAway = value;
    },
    loseAnswerTo(method) {
      lost = method;
    },
    hold(method) {
      let reach = () => {};
      let release = () => {};
      const reached = new Promise<void>((resolve) => (reach = resolve));
      held = { method, reach, until: new Promise((resolve) => (release = resolve)), isLost: false };
      return {
        reached,
        release() {
          held = undefined;
          release();
        },
      };
    },
    loseHeld() {
      if (held) held.isLost = true;
    },
    calm() {
      isAway = false;
      lost = held = undefined;
    },
  };
}

/** An admin API that says what another says, with other URLs. */
export async function adminThatSays(network: unknown): Promise<{ url: string; close(): Promise<void> }> {
  return listen(async (_request, response) => {
    response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(JSON.stringify(network));
  });
}
