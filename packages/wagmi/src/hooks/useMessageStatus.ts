"use client";
import { type CrossDomainMessage, type MessageStatus, SendingReplacedError, SendingRevertedError } from "@causeway-interop/viem";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Hash } from "viem";
import { type Config, type ResolvedRegister, useConfig } from "wagmi";
import { hashFn } from "wagmi/query";
import { type GetMessageStatusParameters, getMessageStatus } from "../actions/getMessageStatus.js";
import { type ChainIdOf, clientOf } from "../actions/route.js";
import type { ConfigParameter, QueryParameter } from "./options.js";

export type UseMessageStatusParameters<config extends Config = Config, selected = MessageStatus> = ConfigParameter<config> &
  QueryParameter<MessageStatus, selected> &
  Pick<GetMessageStatusParameters, "expiryWindow" | "minSafety" | "relayTransactionHash" | "relayerUrl" | "targetAbi" | "verifier"> & {
    /** Chain that the message is sent from. */
    chainId: ChainIdOf<config> | undefined;
    /** Chain that it is for. */
    destination: ChainIdOf<config> | undefined;
    /** Transaction that sends it: the data of a sending hook. Nothing is asked as long as it is undefined. */
    hash?: Hash | undefined;
    /** Which of the transaction's messages, from 0 on; the first, if left out. */
    index?: number | undefined;
    /** In the place of `hash`: the message, or its hash. */
    message?: CrossDomainMessage | undefined;
    /** In the place of `hash`: the message's own hash. */
    messageHash?: Hash | undefined;
    /** First block to look for `messageHash` in. */
    fromBlock?: bigint | undefined;
  };
export type UseMessageStatusReturnType<selected = MessageStatus> = UseQueryResult<selected, Error>;

/** How much rarer a node is asked of what seems to be over: a reorg can still undo it. */
const RARER = 5;

/**
 * Follows a message: its status, asked for again and again as long as it can change. When a node does not answer, `data` stays
 * what was known last, `error` says so, and asking goes on.
 *
 * @example
 * const { data: status } = useMessageStatus({ hash, chainId: 901, destination: 902 });
 * status?.state; // "pending", "ready", "in-flight", "delivered", "failed", "expired", "reorged"
 */
export function useMessageStatus<config extends Config = ResolvedRegister["config"], selected = MessageStatus>(
  parameters: UseMessageStatusParameters<config, selected>,
): UseMessageStatusReturnType<selected> {
  const config = useConfig(parameters as ConfigParameter);
  // Neither what is large nor what is no data has a place in the key.
  const { config: _config, query = {}, targetAbi, verifier, ...asked } = parameters;
  const { chainId, destination } = asked;
  const isKnown = Boolean(asked.hash ?? asked.message ?? asked.messageHash) && chainId !== undefined && destination !== undefined;

  return useQuery<MessageStatus, Error, selected>({
    // A transaction that reverted is a clear answer: it is not asked for again at once.
    retry: (failures, error) => !isFinal(error) && failures < 3,
    refetchInterval: ({ state }) => {
      // Of a chain that the configuration does not have, nothing can be asked, which is the query's error.
      if (!isKnown || isForGood(state.data) || !config.chains.some(({ id }) => id === destination)) return false;
      const often = clientOf(config, destination).pollingInterval;
      return state.data?.state === "delivered" || isFinal(state.error) ? RARER * often : often;
    },
    ...query,
    enabled: isKnown && (query.enabled ?? true),
    queryFn: () => getMessageStatus(config, { ...asked, targetAbi, verifier } as GetMessageStatusParameters),
    queryKey: ["messageStatus", asked],
    queryKeyHashFn: hashFn,
  });
}

/** Nothing can change it any more, or nobody tells of that. */
function isForGood(status: MessageStatus | undefined): boolean {
  return status?.state === "delivered" && (status.deliverySafety === "finalized" || status.deliverySafety === "unknown");
}

/** The transaction sent no message, as far as one can know before it is finalized. */
function isFinal(error: Error | null): boolean {
  return error instanceof SendingRevertedError || error instanceof SendingReplacedError;
}
