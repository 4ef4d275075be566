import type { AccessList, Log } from "viem";
import { getBlock } from "viem/actions";
import { encodeAccessList } from "../codec/accessList.js";
import { encodeMessagePayload } from "../codec/payload.js";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { ExecutingMessagePendingLogError } from "../errors/sending.js";
import type { MessageIdentifier, MessagePayload } from "../types.js";

/** Parameters of {@link buildExecutingMessage}. */
export type BuildExecutingMessageParameters = {
  /** Log that the message is: any log of the client's chain. */
  log: Log;
};

/** What it takes to execute a message. */
export type ExecutingMessage = {
  /** Where its log stands. */
  id: MessageIdentifier;
  /** What its log says. */
  payload: MessagePayload;
  /** What the executing transaction has to declare. */
  accessList: AccessList;
};

/** What {@link buildExecutingMessage} gives. */
export type BuildExecutingMessageReturnType = ExecutingMessage;

/**
 * Makes of a log what it takes to execute it on another chain.
 *
 * @param client Client of the chain that emitted the log.
 * @throws {@link ExecutingMessagePendingLogError} if no block holds the log yet.
 * @example
 * const receipt = await source.getTransactionReceipt({ hash });
 * const [message] = await getCrossDomainMessages(source, { logs: receipt.logs });
 * const executing = await buildExecutingMessage(source, { log: message.log });
 * await relayCrossDomainMessage(destination, executing);
 */
export async function buildExecutingMessage(client: AnyClient, { log }: BuildExecutingMessageParameters): Promise<BuildExecutingMessageReturnType> {
  const id = await identify(client, log);
  const payload = encodeMessagePayload(log);
  return { id, payload, accessList: encodeAccessList(id, payload) };
}

/** The identifier of a log: its block is asked for by hash, so that a reorg in between cannot mix two blocks up. */
export async function identify(client: AnyClient, log: Log): Promise<MessageIdentifier> {
  const { blockHash, blockNumber, logIndex } = log;
  if (blockHash === null || blockNumber === null || logIndex === null) throw new ExecutingMessagePendingLogError({ log });
  const [chainId, block] = await Promise.all([chainIdOf(client), getBlock(client, { blockHash })]);
  return { origin: log.address, blockNumber: block.number, logIndex: BigInt(logIndex), timestamp: block.timestamp, chainId };
}
