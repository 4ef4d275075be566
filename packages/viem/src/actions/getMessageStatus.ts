import type { AnyClient } from "../core/parameters.js";
import type { MessageSubject, StatusOptions } from "../status/subject.js";
import type { MessageStatus } from "../status/types.js";

export type GetMessageStatusParameters = MessageSubject & StatusOptions;
export type GetMessageStatusReturnType = MessageStatus;

/**
 * Where a message is, by what both chains say.
 *
 * @param client Client of the source.
 * @example
 * const status = await getMessageStatus(source, { hash, destination });
 * if (status.state === "delivered") console.log(status.transactionHash);
 */
export async function getMessageStatus(_client: AnyClient, _parameters: GetMessageStatusParameters): Promise<GetMessageStatusReturnType> {
  throw new Error("not yet");
}
