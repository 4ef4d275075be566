import { getBlock } from "viem/actions";
import type { AnyClient } from "../core/parameters.js";
import type { Safety } from "../types.js";

const order: readonly Safety[] = ["unknown", "unsafe", "cross-unsafe", "local-safe", "safe", "finalized"];

/** Whether a block is as sure as it should be. What is unknown counts as `unsafe`: it is in a block after all. */
export function isAsSafe(safety: Safety, wanted: Safety): boolean {
  return Math.max(order.indexOf(safety), 1) >= order.indexOf(wanted);
}

/** How sure a canonical block is, by the labels of its chain's node. */
export async function safetyOf(client: AnyClient, blockNumber: bigint): Promise<Safety> {
  const [safe, finalized] = await Promise.all([labelled(client, "safe"), labelled(client, "finalized")]);
  if (finalized !== undefined && blockNumber <= finalized) return "finalized";
  if (safe !== undefined && blockNumber <= safe) return "safe";
  return safe === undefined ? "unknown" : "unsafe";
}

/** Number of the block that has a label; undefined where the node knows none. */
async function labelled(client: AnyClient, blockTag: "safe" | "finalized"): Promise<bigint | undefined> {
  try {
    return (await getBlock(client, { blockTag })).number;
  } catch {
    return undefined;
  }
}

/** Whether an error says that there is no such block, transaction or receipt, rather than that a node failed. */
export function isNotFound(error: unknown): boolean {
  const { name } = error as { name?: unknown };
  return name === "BlockNotFoundError" || name === "TransactionNotFoundError" || name === "TransactionReceiptNotFoundError";
}

/** What was asked for, or undefined if there is none. A node that fails is an error all the same. */
export async function ifFound<result>(asked: Promise<result>): Promise<result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
