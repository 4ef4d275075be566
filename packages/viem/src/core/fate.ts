import type { Account, Hash, Hex, LocalAccount } from "viem";
import { BaseError, isHash, keccak256 } from "viem";
import { getTransaction } from "viem/actions";
import { AdmissionError, getInteropError, revertData } from "../errors/revert.js";
import { SendingUnknownError } from "../errors/sending.js";
import type { AnyClient } from "./parameters.js";

/** Errors of a request whose answer is not known: it may have done what it was to do. */
const lost: readonly string[] = [
  "HttpRequestError",
  "TimeoutError",
  "WebSocketRequestError",
  "SocketClosedError",
  // A gateway that has lost its node, a wallet that has lost its connection, or one that fails without a code.
  "InternalRpcError",
  "ProviderDisconnectedError",
  "UnknownRpcError",
];

/**
 * Sends a transaction, so that its fate is known or said to be unknown: where the answer is lost, the node is asked whether it has
 * what was signed, and nothing is told as failed that may have been sent.
 *
 * @throws {@link SendingUnknownError} if it may have been sent, or not; else nothing was sent.
 */
export async function sendOnce(client: AnyClient, account: Account | undefined, send: (account: Account | undefined) => Promise<Hash>): Promise<Hash> {
  let signed: Hash | undefined;
  const note = (transaction: Hex) => (signed = keccak256(transaction));
  try {
    const hash = await send(account?.type === "local" ? noting(account, note) : account);
    if (isHash(hash)) return hash;
  } catch (error) {
    if (isRefusal(error)) throw error;
    // A browser sends again by itself what it had no answer to, and is told that the transaction is known or mined.
    if (signed && (await isKnown(client, signed))) return signed;
    if (!isLost(error, signed !== undefined)) throw error;
    throw new SendingUnknownError({ transactionHash: signed, cause: error as Error });
  }
  if (signed && (await isKnown(client, signed))) return signed;
  throw new SendingUnknownError({ transactionHash: signed });
}

/** The same account, which tells what it has signed. */
function noting(account: LocalAccount, note: (transaction: Hex) => void): LocalAccount {
  const signTransaction = async (...parameters: Parameters<LocalAccount["signTransaction"]>) => {
    const transaction = await account.signTransaction(...parameters);
    note(transaction);
    return transaction;
  };
  return { ...account, signTransaction: signTransaction as LocalAccount["signTransaction"] };
}

/** A contract or the sequencer said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof BaseError && (getInteropError(error) instanceof AdmissionError || revertData(error) !== undefined);
}

/** Whether a node has a transaction. One that does not answer, does not say so. */
function isKnown(client: AnyClient, hash: Hash): Promise<boolean> {
  return getTransaction(client, { hash }).then(
    () => true,
    () => false,
  );
}

/** Whether it was the answer to the sending that was lost, and not one to a question before. */
function isLost(error: unknown, isSigned: boolean): boolean {
  if (!(error instanceof BaseError)) return isSigned;
  const cause = error.walk((each) => lost.includes((each as Error).name)) as (Error & { body?: { method?: unknown } }) | null;
  if (!cause) return false;
  const method = cause.body?.method ?? cause.message.match(/"method":"(\w+)"/)?.[1];
  return isSigned || typeof method !== "string" || /^(eth|wallet)_send/.test(method);
}
