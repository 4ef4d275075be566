import type { Hash, TransactionReceipt } from "viem";
import { getBlock, getTransaction, getTransactionReceipt } from "viem/actions";
import { extractSentMessageLogs } from "../codec/extractSentMessageLogs.js";
import { messageHash } from "../codec/messageHash.js";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { MessageNotFoundError, SendingRevertedError } from "../errors/delivery.js";
import { NodeAnswerError } from "../errors/node.js";
import type { CrossDomainMessage, MessageIdentifier, Safety } from "../types.js";
import { ifFound, safetyOf } from "./blocks.js";
import { findByHash, findNewestLog, newestOf } from "./logs.js";
import type { MessageSubject } from "./subject.js";

/** A message in a block of the canonical chain. */
export type Placed = { kind: "placed"; hash: Hash; message: CrossDomainMessage; id: MessageIdentifier; safety: Safety };

/** What the source says of a message. */
export type Sighting =
  | Placed
  /** Its transaction waits for a block; `message` is what it was before a reorg, if that is known. */
  | { kind: "waiting"; message: CrossDomainMessage | undefined }
  /** The node is behind what is known of the message, or contradicts itself: nothing can be said. */
  | { kind: "behind"; message: CrossDomainMessage }
  /** Another block is where its block was, and nothing holds it any more. */
  | { kind: "gone"; message: CrossDomainMessage };

/** Looks for a message on its source. Throws {@link MessageNotFoundError} if nothing was known of it before, and nothing is there. */
export async function sight(client: AnyClient, subject: MessageSubject, destination: AnyClient): Promise<Sighting> {
  if ("message" in subject) return follow(client, subject.message);
  if ("hash" in subject) return sightTransaction(client, subject.hash, subject.index);
  const { messageHash: hash, fromBlock: since = 0n } = subject;
  const [source, destinationId, head] = await Promise.all([chainIdOf(client), chainIdOf(destination), getBlock(client)]);
  const message = await findByHash(client, { hash, source, destination: destinationId, head: head.number, since });
  if (message) return follow(client, message);
  throw new MessageNotFoundError({
    what: `with hash ${hash} among those from chain ${source} to chain ${destinationId}`,
    hint: "Is it the message's hash, and not that of its transaction? `fromBlock` may be too late, and a node may be behind: ask again.",
  });
}

/** The receipt of a transaction, if the node has one: with its logs, or it is none. */
async function receiptOf(client: AnyClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  const receipt = await ifFound(getTransactionReceipt(client, { hash }));
  if (receipt && !Array.isArray(receipt.logs)) throw new NodeAnswerError({ method: "eth_getTransactionReceipt" });
  return receipt;
}

async function sightTransaction(client: AnyClient, hash: Hash, index = 0): Promise<Sighting> {
  const receipt = await receiptOf(client, hash);
  if (!receipt) {
    if (await ifFound(getTransaction(client, { hash }))) return { kind: "waiting", message: undefined };
    throw new MessageNotFoundError({
      what: `of transaction ${hash}: the node does not know the transaction`,
      hint: "It may be of another chain, dropped or replaced, or the node may be behind: ask again.",
    });
  }
  if (receipt.status === "reverted") throw new SendingRevertedError({ transactionHash: hash });
  const logs = extractSentMessageLogs({ logs: receipt.logs });
  const log = logs[index];
  if (log) {
    const { destination, messageNonce, sender, target, message } = log.args;
    return follow(client, { source: await chainIdOf(client), destination, nonce: messageNonce, sender, target, message, log });
  }
  throw new MessageNotFoundError({
    what: `with index ${index} in transaction ${hash}, which sends ${logs.length}`,
    hint: logs.length ? "`index` counts from 0." : "The transaction sends no message: is it the right one?",
  });
}

/** Where a message is that was in a block once: still there, in another block, or nowhere. */
async function follow(client: AnyClient, message: CrossDomainMessage): Promise<Sighting> {
  const hash = messageHash(message);
  const { transactionHash } = message.log;
  const receipt = transactionHash ? await receiptOf(client, transactionHash) : undefined;
  const current = receipt && newestOf(receipt.logs, message.source, hash);
  if (current) return place(client, current, hash);
  return lost(client, message, hash);
}

/** A message whose block the node has just named: canonical, or the node contradicts itself. */
async function place(client: AnyClient, message: CrossDomainMessage, hash: Hash): Promise<Sighting> {
  const { blockHash, blockNumber, logIndex, address } = message.log;
  if (blockHash === null || blockNumber === null || logIndex === null) return { kind: "waiting", message };
  const [block, safety] = await Promise.all([ifFound(getBlock(client, { blockNumber })), safetyOf(client, blockNumber)]);
  if (block?.hash !== blockHash) return { kind: "behind", message };
  const id = { origin: address, blockNumber, logIndex: BigInt(logIndex), timestamp: block.timestamp, chainId: message.source };
  return { kind: "placed", hash, message, id, safety };
}

/**
 * A message whose receipt is not to be had. Its block in its place proves that it is there all the same, another block that it is
 * not; a node that has neither knows nothing.
 */
async function lost(client: AnyClient, message: CrossDomainMessage, hash: Hash): Promise<Sighting> {
  const { blockHash, blockNumber, transactionHash } = message.log;
  const [head, block] = await Promise.all([getBlock(client), blockNumber === null ? undefined : ifFound(getBlock(client, { blockNumber }))]);
  if (block && block.hash === blockHash) return place(client, message, hash);
  if (transactionHash && (await ifFound(getTransaction(client, { hash: transactionHash })))) return { kind: "waiting", message };
  if (blockNumber === null) return { kind: "behind", message };
  // The chain may have become shorter by the reorg, so that the message is in a block below.
  const since = blockNumber > reorgDepth ? blockNumber - reorgDepth : 0n;
  const elsewhere = await findNewestLog(client, message, { head: head.number, since });
  if (elsewhere) return place(client, elsewhere, hash);
  return { kind: block ? "gone" : "behind", message };
}

/** How many blocks further down a message may stand after a reorg. */
const reorgDepth = 256n;
