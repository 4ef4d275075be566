import type { Abi, Hash } from "viem";
import type { AnyClient } from "../core/parameters.js";
import type { CrossDomainMessage, Safety } from "../types.js";

/** Which message is asked for. */
export type MessageSubject =
  | {
      /** A message, from {@link getCrossDomainMessages}. */
      message: CrossDomainMessage;
    }
  | {
      /** Transaction that sends the message. */
      hash: Hash;
      /** Which of its messages, from 0 on, in the order of their logs; the first if it is left out. */
      index?: number | undefined;
    }
  | {
      /** Hash of the message. */
      messageHash: Hash;
      /** First block of the source to look for it in; the first that the node has if it is left out. */
      fromBlock?: bigint | undefined;
    };

/** How a status is read. */
export type StatusOptions = {
  /** Client of the destination. */
  destination: AnyClient;
  /** How sure the source's block has to be before the message counts as ready; `unsafe` if it is left out. */
  minSafety?: Exclude<Safety, "unknown"> | undefined;
  /** ABI of the target, so that its errors have names. */
  targetAbi?: Abi | readonly unknown[] | undefined;
  /** How long the destination accepts a message, in seconds; seven days if it is left out. */
  expiryWindow?: bigint | undefined;
  /** Client of a verifier (`causeway verifier run`), which knows more of safety than the chains' nodes. */
  verifier?: AnyClient | undefined;
  /** URL of a relayer's HTTP API (`causeway relayer run --listen`), which knows what it has on its way: see {@link RelayerWord}. */
  relayerUrl?: string | undefined;
  /** A transaction on the destination that is to deliver the message. */
  relayTransactionHash?: Hash | undefined;
};
