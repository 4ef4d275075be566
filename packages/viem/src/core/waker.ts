import { watchBlockNumber } from "viem/actions";
import type { AnyClient } from "./parameters.js";

/** Wakes who waits when a chain has a new block. */
export type Waker = {
  /** Comes back with the next block, or after a while without one: nodes fail, and pools move without blocks. */
  wait: () => Promise<void>;
  /** Ends the watching, and wakes who waits. */
  stop: () => void;
};

/** How many polls long nobody sleeps without a new block. */
const patience = 5;

/** Watches the blocks of clients: by subscription where the transport has one, else at their polling interval. */
export function createWaker(clients: readonly AnyClient[], pollingInterval: number | undefined): Waker {
  let isNews = false;
  let wake = () => {};
  const ring = () => {
    isNews = true;
    wake();
  };
  const interval = pollingInterval ?? Math.min(...clients.map((client) => client.pollingInterval));
  const unwatch = clients.map((client) =>
    watchBlockNumber(client, {
      onBlockNumber: ring,
      // The timer below wakes all the same.
      onError: () => {},
      ...(pollingInterval === undefined ? {} : { pollingInterval }),
    }),
  );
  const wait = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(ring, interval * patience);
      wake = () => {
        clearTimeout(timer);
        isNews = false;
        wake = () => {};
        resolve();
      };
      if (isNews) wake();
    });
  const stop = () => {
    for (const end of unwatch) end();
    ring();
  };
  return { wait, stop };
}
