import type { AccessList, Address, Hex, Log } from "viem";
import { encodeAccessList, mergeAccessLists, storageKeys } from "../codec/accessList.js";
import { decodeExecutedMessages } from "../codec/executed.js";
import { encodeMessagePayload } from "../codec/payload.js";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { crossL2InboxAddress } from "../generated/crossL2Inbox.js";
import { identify } from "./buildExecutingMessage.js";

/** Parameters of {@link buildAccessList}. */
export type BuildAccessListParameters =
  | {
      /** Logs to execute, of the client's chain: the source. */
      logs: readonly Log[];
    }
  | {
      /** Contract that the transaction calls: messenger, inbox, or RelayBatcher. The client is the destination's. */
      to: Address;
      /** Calldata of the transaction. */
      data: Hex;
    };

/** What {@link buildAccessList} gives. */
export type BuildAccessListReturnType = AccessList;

/**
 * The access list of a transaction that executes messages: from the logs that they are, or from the transaction's own calldata
 * (`relayMessage`, `validateMessage`, both forms of batch of RelayBatcher). Empty if it executes none.
 *
 * @param client With `logs`, a client of the source; with calldata, one of the destination.
 * @example
 * const accessList = await buildAccessList(source, { logs: receipt.logs });
 */
export async function buildAccessList(client: AnyClient, parameters: BuildAccessListParameters): Promise<BuildAccessListReturnType> {
  if ("logs" in parameters) {
    const lists = await Promise.all(parameters.logs.map(async (log) => encodeAccessList(await identify(client, log), encodeMessagePayload(log))));
    return mergeAccessLists(...lists);
  }
  const executed = decodeExecutedMessages({ ...parameters, chainId: await chainIdOf(client) });
  return mergeAccessLists(...executed.map(({ id, payloadHash }) => [{ address: crossL2InboxAddress, storageKeys: storageKeys(id, payloadHash) }]));
}
