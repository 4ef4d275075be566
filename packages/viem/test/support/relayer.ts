import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { messageHash } from "@causeway-interop/viem";
import type { Hash } from "viem";
import { type Pair, messageOf } from "./pair.js";

export type ToldRelayer = Awaited<ReturnType<typeof startRelayer>>;

/** A server in the place of a relayer's API, which tells of the message of a transaction whatever it is told to; to begin with, nothing. */
export async function startRelayer(pair: Pair, hash: Hash) {
  const message = messageHash(await messageOf(pair, hash));
  const known = { messageHash: message, source: "901", destination: "902", timeline: { attempts: [] } };
  let respond = (response: ServerResponse) => void response.writeHead(404).end();
  const asked: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer(({ url: path, headers: { authorization } }, response) => {
    asked.push({ path, authorization });
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    message,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** Who asked, and for what. */
    asked,
    /** What it answers from now on. */
    answer: (next: typeof respond) => void (respond = next),
    /** What it tells of the message from now on, and the status of that. */
    tell: (body: object, status = 200) => void (respond = (response) => void response.writeHead(status).end(JSON.stringify({ ...known, ...body }))),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The part of an answer that tells of one transaction. */
export const attempts = (transactionHash: Hash, state = "broadcast", reason: string | null = null) => ({
  timeline: { attempts: [{ chainId: "902", versions: [{ transactionHash, state, reason }] }] },
});

/** A message that a transaction carries, as a relayer tells it. */
export const inFlight = (transactionHash: Hash) => ({ status: "in-flight", ...attempts(transactionHash) });
