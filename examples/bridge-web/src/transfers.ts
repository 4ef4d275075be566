import { type Address, type Hash, type Hex, isAddress, isHash } from "viem";

/** A transfer that this browser has sent, or was about to: what the page remembers over a reload. */
export interface Transfer {
  id: string;
  asset: "eth" | "token";
  symbol: string;
  /** In the smallest unit, as decimal digits. */
  amount: string;
  decimals: number;
  source: number;
  destination: number;
  account: Address;
  recipient: Address;
  /** When the wallet was asked, in milliseconds. */
  askedAt: number;
  /** Newest block of the source at that time: the transaction is in a later one. */
  askedIn: string;
  /** The transaction on the source. Without it, the wallet was asked and its answer is not known. */
  hash?: Hash;
  /** When the page first saw a state, in milliseconds. */
  seen: Readonly<Record<string, number>>;
}

export interface Transfers {
  all(): readonly Transfer[];
  /** Remembers a transfer that the wallet is about to be asked for; `isAsking` is true of it until `answered`. */
  add(transfer: Omit<Transfer, "id" | "seen">): string;
  /** The wallet has answered, or cannot any more. */
  answered(id: string): void;
  isAsking(id: string): boolean;
  update(id: string, change: Partial<Pick<Transfer, "hash">>): void;
  /** Notes when a state was first seen. */
  saw(id: string, state: string): void;
  remove(id: string): void;
  /** Is told of every change, also of those that other tabs make; returns how to stop it. */
  subscribe(listener: () => void): () => void;
}

/** How many transfers are kept; the oldest go first. */
const KEPT = 30;

/** The transfers of one network, kept in the browser's storage. */
export function openTransfers(genesis: Hex, storage: Storage = localStorage): Transfers {
  const key = `causeway.transfers.${genesis}`;
  const listeners = new Set<() => void>();
  // Of this tab, and not kept: after a reload nobody waits for the wallet's answer any more.
  const asking = new Set<string>();
  const forgotten = new Set<string>();
  let current = read(storage.getItem(key));
  // The storage may be full: then it has less than there is, and what is missing there must not get lost.
  let isBehind = false;

  const tell = () => listeners.forEach((listener) => listener());
  const remembered = (stored: readonly Transfer[]) => {
    if (!isBehind) return stored;
    const others = stored.filter(({ id }) => !forgotten.has(id) && !current.some((transfer) => transfer.id === id));
    return [...current, ...others];
  };
  /** What other tabs wrote in the meantime stays. */
  const change = (edit: (transfers: readonly Transfer[]) => readonly Transfer[]) => {
    current = edit(remembered(read(storage.getItem(key)))).slice(0, KEPT);
    try {
      storage.setItem(key, JSON.stringify(current));
      isBehind = false;
    } catch {
      isBehind = true;
    }
    tell();
  };
  const edit = (id: string, with_: (transfer: Transfer) => Transfer) =>
    change((transfers) => transfers.map((transfer) => (transfer.id === id ? with_(transfer) : transfer)));

  const fromElsewhere = (event: StorageEvent) => {
    if (event.key !== key) return;
    current = remembered(read(event.newValue));
    tell();
  };

  return {
    all: () => current,
    add(transfer) {
      const id = crypto.randomUUID();
      asking.add(id);
      change((transfers) => [{ ...transfer, id, seen: {} }, ...transfers]);
      return id;
    },
    answered(id) {
      asking.delete(id);
      // A new list, so that those who look at it see that something changed.
      current = [...current];
      tell();
    },
    isAsking: (id) => asking.has(id),
    update(id, fields) {
      change((transfers) => {
        // A transaction is one transfer's, however alike others are.
        const isTaken = transfers.some((other) => other.id !== id && other.hash !== undefined && other.hash === fields.hash);
        return isTaken ? transfers : transfers.map((transfer) => (transfer.id === id ? { ...transfer, ...fields } : transfer));
      });
    },
    saw(id, state) {
      if (current.find((transfer) => transfer.id === id)?.seen[state]) return;
      edit(id, (transfer) => ({ ...transfer, seen: { ...transfer.seen, [state]: Date.now() } }));
    },
    remove(id) {
      forgotten.add(id);
      change((transfers) => transfers.filter((transfer) => transfer.id !== id));
    },
    subscribe(listener) {
      if (!listeners.size && typeof window !== "undefined") window.addEventListener("storage", fromElsewhere);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (!listeners.size && typeof window !== "undefined") window.removeEventListener("storage", fromElsewhere);
      };
    },
  };
}

/** Storage is anybody's: what is no transfer is passed over. */
function read(text: string | null): readonly Transfer[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isTransfer) : [];
  } catch {
    return [];
  }
}

function isTransfer(value: unknown): value is Transfer {
  const transfer = value as Transfer | null;
  return (
    typeof transfer === "object" &&
    transfer !== null &&
    typeof transfer.id === "string" &&
    (transfer.asset === "eth" || transfer.asset === "token") &&
    typeof transfer.symbol === "string" &&
    [transfer.amount, transfer.askedIn].every((number) => typeof number === "string" && /^\d{1,78}$/.test(number)) &&
    [transfer.source, transfer.destination].every(Number.isSafeInteger) &&
    isFrom0To(255, transfer.decimals) &&
    isTime(transfer.askedAt) &&
    isAddress(transfer.account) &&
    isAddress(transfer.recipient) &&
    (transfer.hash === undefined || isHash(transfer.hash)) &&
    typeof transfer.seen === "object" &&
    transfer.seen !== null &&
    Object.values(transfer.seen).every(isTime)
  );
}

function isFrom0To(most: number, value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

/** Milliseconds since 1970 that a date can be made of. */
function isTime(value: unknown): boolean {
  return isFrom0To(8.64e15, value);
}
