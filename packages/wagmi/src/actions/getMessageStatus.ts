import { type GetMessageStatusParameters as ByClientParameters, type GetMessageStatusReturnType, getMessageStatus as getByClient } from "@causeway-interop/viem";
import type { Config } from "wagmi";
import { type ChainIdOf, clientOf } from "./route.js";

/** Between which chains a message is. */
export type MessageRoute<config extends Config = Config> = {
  /** Chain that it is sent from. */
  chainId: ChainIdOf<config>;
  /** Chain that it is for. */
  destination: ChainIdOf<config>;
};

/** Parameters of an action that takes a client of the destination, without it. */
export type WithoutEnds<parameters> = parameters extends unknown ? Omit<parameters, "destination"> : never;

export type GetMessageStatusParameters<config extends Config = Config> = WithoutEnds<ByClientParameters> & MessageRoute<config>;
export type { GetMessageStatusReturnType };

/**
 * Where a message is, by what both chains say.
 *
 * @example
 * const { state } = await getMessageStatus(config, { hash, chainId: 901, destination: 902 });
 */
export async function getMessageStatus<config extends Config>(
  config: config,
  parameters: GetMessageStatusParameters<config>,
): Promise<GetMessageStatusReturnType> {
  const { chainId, destination, ...rest } = parameters;
  return getByClient(clientOf(config, chainId), { ...rest, destination: clientOf(config, destination) } as ByClientParameters);
}
