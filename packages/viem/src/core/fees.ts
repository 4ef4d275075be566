import type { Chain } from "viem";
import { estimateFeesPerGas, getBlock } from "viem/actions";
import { ZeroGasPriceError } from "../errors/sending.js";
import type { AnyClient, TransactionParameters } from "./parameters.js";

/**
 * The fees of a transaction that executes messages. The inbox takes a gas price of zero for that of a deposit, as long as
 * blocks have a base fee, and a node that is asked for an estimate without a price reckons with zero: so there always is one.
 *
 * @throws {@link ZeroGasPriceError} if the caller wants a price of zero where blocks have a base fee.
 */
export async function withFees<parameters extends TransactionParameters & { chain?: unknown }>(client: AnyClient, parameters: parameters): Promise<parameters> {
  const asked = parameters.gasPrice ?? parameters.maxFeePerGas;
  if (asked !== undefined && asked > 0n) return parameters;
  const { baseFeePerGas } = await getBlock(client, { blockTag: "latest" });
  if (!baseFeePerGas) return parameters;
  if (asked !== undefined) throw new ZeroGasPriceError();
  const chain = (parameters.chain ?? client.chain) as Chain | undefined;
  const { maxFeePerGas, maxPriorityFeePerGas } = await estimateFeesPerGas(client, { chain, type: "eip1559" });
  const tip = parameters.maxPriorityFeePerGas ?? maxPriorityFeePerGas;
  // At least the base fee: a chain's own estimate can be anything.
  const most = maxFeePerGas > baseFeePerGas + tip ? maxFeePerGas : baseFeePerGas + tip;
  return { ...parameters, maxFeePerGas: most, maxPriorityFeePerGas: tip };
}
