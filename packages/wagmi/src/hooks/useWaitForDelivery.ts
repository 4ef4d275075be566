"use client";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { Hash } from "viem";
import { type Config, type ResolvedRegister, useConfig } from "wagmi";
import { hashFn } from "wagmi/query";
import type { ChainIdOf } from "../actions/route.js";
import { type WaitForDeliveryParameters, type WaitForDeliveryReturnType, waitForDelivery } from "../actions/waitForDelivery.js";
import type { ConfigParameter, QueryParameter } from "./options.js";

type Waiting = Pick<
  WaitForDeliveryParameters,
  "deliverySafety" | "expiryWindow" | "minSafety" | "onFailed" | "onStatus" | "pollingInterval" | "relayTransactionHash" | "relayerUrl" | "targetAbi" | "timeout" | "verifier"
>;

export type UseWaitForDeliveryParameters<config extends Config = Config, selected = WaitForDeliveryReturnType> = ConfigParameter<config> &
  QueryParameter<WaitForDeliveryReturnType, selected> &
  Waiting & {
    /** Chain that the message is sent from. */
    chainId: ChainIdOf<config> | undefined;
    /** Chain that it is for. */
    destination: ChainIdOf<config> | undefined;
    /** Transaction that sends it. Nothing is waited for as long as it is undefined. */
    hash: Hash | undefined;
    /** Which of the transaction's messages, from 0 on; the first, if left out. */
    index?: number | undefined;
  };
export type UseWaitForDeliveryReturnType<selected = WaitForDeliveryReturnType> = UseQueryResult<selected, Error>;

/**
 * Waits until a message is delivered: {@link waitForDelivery}, as a query. It is pending until then, and an error if the message
 * cannot be delivered. {@link useMessageStatus} tells where the message is in the meantime.
 *
 * @example
 * const { data: delivered, isSuccess } = useWaitForDelivery({ hash, chainId: 901, destination: 902 });
 */
export function useWaitForDelivery<config extends Config = ResolvedRegister["config"], selected = WaitForDeliveryReturnType>(
  parameters: UseWaitForDeliveryParameters<config, selected>,
): UseWaitForDeliveryReturnType<selected> {
  const config = useConfig(parameters as ConfigParameter);
  // Neither what is large nor what is no data has a place in the key.
  const { config: _config, query = {}, targetAbi, onStatus, verifier, ...asked } = parameters;
  const { hash, chainId, destination } = asked;
  const isKnown = hash !== undefined && chainId !== undefined && destination !== undefined;

  return useQuery<WaitForDeliveryReturnType, Error, selected>({
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    ...query,
    enabled: isKnown && (query.enabled ?? true),
    queryFn: ({ signal }) => waitForDelivery(config, { ...asked, targetAbi, onStatus, verifier, signal } as WaitForDeliveryParameters),
    queryKey: ["waitForDelivery", asked],
    queryKeyHashFn: hashFn,
  });
}
