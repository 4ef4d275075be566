import { GlobalRegistrator } from "@happy-dom/global-registrator";

// A document for Node, which keeps its own ways to the network.
const { fetch, Request, Response, Headers, AbortController, AbortSignal } = globalThis;
GlobalRegistrator.register();
Object.assign(globalThis, { fetch, Request, Response, Headers, AbortController, AbortSignal });
