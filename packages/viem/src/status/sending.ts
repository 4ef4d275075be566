import type { Address, Hash } from "viem";
import { isAddressEqual } from "viem";
import { getBlock, getTransaction, getTransactionCount } from "viem/actions";
import type { AnyClient } from "../core/parameters.js";
import { ifFound } from "./blocks.js";

/** A transaction that was seen waiting for a block, by what its place in line is. */
export type Queued = { hash: Hash; from: Address; nonce: number; seenAt: bigint };

/** Remembers a transaction's place in line, as long as its node knows it. */
export async function queueOf(client: AnyClient, hash: Hash): Promise<Queued | undefined> {
  const [transaction, head] = await Promise.all([ifFound(getTransaction(client, { hash })), getBlock(client)]);
  return transaction && { hash, from: transaction.from, nonce: transaction.nonce, seenAt: head.number };
}

/**
 * The transaction that has taken the place of another one: of the same account, with the same number, in a block. Undefined as long
 * as the place is not taken, or where it is not found who has.
 */
export async function findReplacement(client: AnyClient, { hash, from, nonce, seenAt }: Queued): Promise<Hash | undefined> {
  const [count, head] = await Promise.all([getTransactionCount(client, { address: from }), getBlock(client)]);
  if (count <= nonce) return undefined;
  for (let blockNumber = head.number; blockNumber >= seenAt && blockNumber >= 0n; blockNumber--) {
    const block = await getBlock(client, { blockNumber, includeTransactions: true });
    const taken = block.transactions.find((other) => other.nonce === nonce && isAddressEqual(other.from, from));
    if (taken) return taken.hash === hash ? undefined : taken.hash;
  }
  return undefined;
}
