import { checkClient } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { readStatus } from "../status/read.js";
import type { MessageSubject, StatusOptions } from "../status/subject.js";
import type { MessageStatus } from "../status/types.js";

/** Parameters of {@link getMessageStatus}. */
export type GetMessageStatusParameters = MessageSubject & StatusOptions;
/** What {@link getMessageStatus} gives. */
export type GetMessageStatusReturnType = MessageStatus;

/**
 * Where a message is, by what both chains say: `pending`, `ready`, `in-flight`, `delivered`, `failed`, `expired`, `reorged`.
 *
 * What rests on something that a node does not have (`failed`, `expired`, `reorged`) is looked at twice: nodes lag, and many
 * stand behind one URL. It is how things are now: a reorg can undo a delivery that is not final, and a target can change its mind.
 *
 * @param client Client of the source.
 * @throws {@link MessageNotFoundError} if there is no such message; {@link SendingRevertedError} if the transaction that is asked
 * for reverted; {@link InvalidDestinationChainError}; {@link NoContractError} without a messenger on the destination; viem's own if
 * a node fails.
 * @example
 * const status = await getMessageStatus(source, { hash, destination });
 * if (status.state === "delivered") console.log(status.transactionHash);
 */
export async function getMessageStatus(client: AnyClient, parameters: GetMessageStatusParameters): Promise<GetMessageStatusReturnType> {
  checkClient(parameters.destination);
  const status = await readStatus(client, parameters, parameters);
  if (status.state !== "failed" && status.state !== "expired" && status.state !== "reorged") return status;
  // By the message itself: what is known of it by now may be all that is left of it.
  return readStatus(client, { message: status.message }, parameters);
}
