import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Call = { method: string; params: unknown[] };
/**
 * What becomes of a call: answered so, failed with an HTTP status, done by the node without its answer (another one, or none: the
 * connection is closed, or held), or (undefined) left to the node.
 */
export type Twist = { result: unknown } | { error: { code: number; message: string } } | { status: number } | { lost: { status?: number; body: string } | "closed" | "held" } | undefined;

/** A node between client and node, which can lie, lag and fail. */
export async function startProxy(url: string, twist: (call: Call) => Twist) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks).toString();
      const call = JSON.parse(body) as Call & { id: number };
      calls.push(call);
      const twisted = twist(call);
      if (twisted && "status" in twisted) return response.writeHead(twisted.status).end();
      if (twisted && "lost" in twisted) {
        await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
        if (twisted.lost === "held") return;
        if (twisted.lost === "closed") return request.socket.destroy();
        return response.writeHead(twisted.lost.status ?? 200, { "content-type": "application/json" }).end(twisted.lost.body);
      }
      const answer = twisted
        ? JSON.stringify({ jsonrpc: "2.0", id: call.id, ...twisted })
        : await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }).then((answered) => answered.text());
      return response.writeHead(200, { "content-type": "application/json" }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, calls, stop };
}
