// A program as a user's: it needs nothing of Node's. `anywhere.js SOURCE DESTINATION HASH` prints where a message is, and what
// its execution has to declare.
import { encodeAccessList, publicActionsL2, walletActionsL2 } from "@causeway-interop/viem";
import { createPublicClient, http } from "viem";

declare const process: { argv: string[] };

const [, , sourceUrl, destinationUrl, hash] = process.argv as [string, string, string, string, `0x${string}`];
const source = createPublicClient({ transport: http(sourceUrl) }).extend(publicActionsL2()).extend(walletActionsL2());
const destination = createPublicClient({ transport: http(destinationUrl) });
const { state, message } = await source.interop.getMessageStatus({ hash, destination });
if (!message) throw new Error("no message");
const { id, payload } = await source.interop.buildExecutingMessage({ log: message.log });
console.log(JSON.stringify({ state, keys: encodeAccessList(id, payload).flatMap(({ storageKeys }) => storageKeys) }));
