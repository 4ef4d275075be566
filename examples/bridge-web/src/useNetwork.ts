import { createContext, useContext, useSyncExternalStore } from "react";
import type { Network } from "./network.js";
import type { Transfer, Transfers } from "./transfers.js";

interface Value {
  network: Network;
  transfers: Transfers;
}

export const NetworkContext = createContext<Value | null>(null);

/** The devnet that the page shows, and what was sent on it. */
export function useNetwork(): Value {
  const value = useContext(NetworkContext);
  if (!value) throw new Error("there is no network around this component");
  return value;
}

/** The transfers that this browser has sent, newest first. */
export function useTransfers(): readonly Transfer[] {
  const { transfers } = useNetwork();
  return useSyncExternalStore(transfers.subscribe, transfers.all);
}

/** A chain's name, or its id where the devnet has none of that id. */
export function useChainName(): (id: number) => string {
  const { network } = useNetwork();
  return (id) => network.chains.find((chain) => chain.id === id)?.name ?? `chain ${id}`;
}
