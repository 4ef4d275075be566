import { type WaitForDeliveryParameters as ByClientParameters, type WaitForDeliveryReturnType, waitForDelivery as waitByClient } from "@causeway-interop/viem";
import type { Config } from "wagmi";
import type { MessageRoute, WithoutEnds } from "./getMessageStatus.js";
import { clientOf } from "./route.js";

export type WaitForDeliveryParameters<config extends Config = Config> = WithoutEnds<ByClientParameters> & MessageRoute<config>;
export type { WaitForDeliveryReturnType };

/**
 * Waits until a message is delivered.
 *
 * @example
 * const delivered = await waitForDelivery(config, { hash, chainId: 901, destination: 902 });
 */
export async function waitForDelivery<config extends Config>(
  config: config,
  parameters: WaitForDeliveryParameters<config>,
): Promise<WaitForDeliveryReturnType> {
  const { chainId, destination, ...rest } = parameters;
  return waitByClient(clientOf(config, chainId), { ...rest, destination: clientOf(config, destination) } as ByClientParameters);
}
