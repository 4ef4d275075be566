import type { Hash, Log } from "viem";
import { encodeEventTopics, numberToHex } from "viem";
import { getBlock } from "viem/actions";
import { extractSentMessageLogs } from "../codec/extractSentMessageLogs.js";
import { messageHash } from "../codec/messageHash.js";
import type { AnyClient } from "../core/parameters.js";
import { NodeAnswerError } from "../errors/node.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { CrossDomainMessage, Delivery, MessageContent } from "../types.js";

/** Topics to look for, by place: one, any of several, or all (null). */
export type Topics = readonly (Hash | null)[];

/** Blocks that are asked for at once: nodes have limits. Where one does not bear it, it is asked for fewer. */
const window = 10_000n;

type RawLog = { [field in keyof Log]: unknown };

/** The messenger's logs of some blocks. */
async function logsBetween(client: AnyClient, topics: Topics, fromBlock: bigint, toBlock: bigint): Promise<Log[]> {
  const filter = {
    address: l2ToL2CrossDomainMessengerAddress,
    topics: topics as (Hash | null)[],
    fromBlock: numberToHex(fromBlock),
    toBlock: numberToHex(toBlock),
  };
  // What is asked for less next time, need not be asked for again.
  const options = fromBlock === toBlock ? {} : { retryCount: 0 };
  const logs: unknown = await client.request({ method: "eth_getLogs", params: [filter] }, options);
  if (!Array.isArray(logs)) throw new NodeAnswerError({ method: "eth_getLogs" });
  return (logs as RawLog[]).map(formatted);
}

function formatted(log: RawLog): Log {
  const { blockNumber, logIndex, transactionIndex } = log as Record<string, string | null | undefined>;
  return {
    ...log,
    blockNumber: blockNumber ? BigInt(blockNumber) : null,
    logIndex: logIndex ? Number(logIndex) : null,
    transactionIndex: transactionIndex ? Number(transactionIndex) : null,
  } as Log;
}

/**
 * Looks for logs of the messenger from the newest block back, and gives the first find of `pick`.
 *
 * @param since Timestamp in seconds, or number of a block: nothing older is looked at.
 */
async function searchBack<found>(
  client: AnyClient,
  topics: Topics,
  { head, since }: { head: bigint; since: { timestamp: bigint } | { block: bigint } },
  pick: (logs: Log[]) => found | undefined,
): Promise<found | undefined> {
  const first = "block" in since ? since.block : 0n;
  let span = window;
  for (let to = head; to >= first; ) {
    const from = to - span + 1n > first ? to - span + 1n : first;
    let logs: Log[];
    try {
      logs = await logsBetween(client, topics, from, to);
    } catch (error) {
      // Some nodes give out few blocks at a time, each with words of its own.
      if (span === 1n || to === from) throw error;
      span = span > 10n ? span / 10n : 1n;
      continue;
    }
    const found = pick(logs);
    if (found !== undefined || from === first) return found;
    if ("timestamp" in since && (await getBlock(client, { blockNumber: from })).timestamp < since.timestamp) return undefined;
    to = from - 1n;
  }
  return undefined;
}

/** Topics of the `SentMessage` logs of a message, its resendings included. */
function sentTopics({ destination, target, nonce }: Pick<MessageContent, "destination" | "target" | "nonce">): Topics {
  const args = { destination, target, messageNonce: nonce };
  return encodeEventTopics({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "SentMessage", args }) as Topics;
}

/** Newest of the messages in logs that have a hash. */
export function newestOf(logs: Log[], source: bigint, hash: Hash): CrossDomainMessage | undefined {
  const messages = extractSentMessageLogs({ logs }).map((log): CrossDomainMessage => {
    const { destination, messageNonce, sender, target, message } = log.args;
    return { source, destination, nonce: messageNonce, sender, target, message, log };
  });
  return messages.filter((message) => messageHash(message) === hash).at(-1);
}

/** The newest log of a message on its source, from block `since` on: a reorg or a resending gives it another. */
export function findNewestLog(client: AnyClient, message: MessageContent, { head, since }: { head: bigint; since: bigint }): Promise<CrossDomainMessage | undefined> {
  const hash = messageHash(message);
  return searchBack(client, sentTopics(message), { head, since: { block: since } }, (logs) => newestOf(logs, message.source, hash));
}

/** A message by its hash, among those that were sent to a chain from block `since` on. */
export function findByHash(
  client: AnyClient,
  { hash, source, destination, head, since }: { hash: Hash; source: bigint; destination: bigint; head: bigint; since: bigint },
): Promise<CrossDomainMessage | undefined> {
  const topics = encodeEventTopics({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "SentMessage", args: { destination } }) as Topics;
  return searchBack(client, topics, { head, since: { block: since } }, (logs) => newestOf(logs, source, hash));
}

/** Where a delivery is looked for of which it is not known how old it can be: as many blocks back. */
const unknownAge = 200_000n;

/**
 * The log that says that a message was delivered, on its destination.
 *
 * @param since When it was sent, in seconds, if that is known: nothing older is looked at.
 */
export function findDelivery(
  client: AnyClient,
  { hash, message, head, since }: { hash: Hash; message: MessageContent; head: bigint; since: bigint | undefined },
): Promise<Delivery | undefined> {
  const args = { source: message.source, messageNonce: message.nonce, messageHash: hash };
  const topics = encodeEventTopics({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "RelayedMessage", args }) as Topics;
  const limit = since === undefined ? { block: head > unknownAge ? head - unknownAge : 0n } : { timestamp: since };
  return searchBack(client, topics, { head, since: limit }, (logs) => {
    const log = logs.at(-1);
    if (!log?.transactionHash || !log.blockHash || log.blockNumber === null) return undefined;
    const { transactionHash, blockHash, blockNumber, data } = log;
    return { messageHash: hash, transactionHash, blockHash, blockNumber, returnDataHash: data };
  });
}
