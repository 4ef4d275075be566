// First: what comes after looks whether there is a document when it is loaded.
import "./document.js";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { type Config, WagmiProvider } from "wagmi";

/** A hook that runs in a component of its own. */
export type Running<value> = {
  /** What it gave last. */
  current(): value;
  /** Waits until it gives something of which this is true. */
  until(what: (value: value) => boolean): Promise<value>;
  /** Has it run with what has changed in the meantime. */
  again(): void;
  end(): void;
};

/** Runs a hook within wagmi's and TanStack Query's providers. */
export function run<value>(config: Config, hook: () => value): Running<value> {
  let last: value;
  const waiting = new Set<{ what: (value: value) => boolean; resolve: (value: value) => void }>();
  function Component() {
    last = hook();
    for (const each of waiting) {
      if (!each.what(last)) continue;
      waiting.delete(each);
      each.resolve(last);
    }
    return null;
  }
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: 2, retryDelay: 0 } } });
  const root = createRoot(document.createElement("div"));
  const again = () => {
    root.render(
      createElement(WagmiProvider, { config, reconnectOnMount: false }, createElement(QueryClientProvider, { client: queries }, createElement(Component))),
    );
  };
  again();
  return {
    current: () => last,
    until: (what) =>
      new Promise((resolve) => {
        if (last !== undefined && what(last)) resolve(last);
        else waiting.add({ what, resolve });
      }),
    again,
    end() {
      root.unmount();
      queries.clear();
    },
  };
}
