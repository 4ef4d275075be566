import { getInteropError, superchainERC20Abi, superchainTokenBridgeAddress } from "@causeway-interop/viem";
import type { Address, Client } from "viem";
import { parseAbi } from "viem";
import { getCode, simulateContract } from "viem/actions";

/** What tokens of the field say when they are halted. */
const haltedAbi = parseAbi(["error EnforcedPause()", "error Paused()", "error TokenPaused()", "error ContractPaused()"]);

/**
 * Tries out on the destination what the delivery of a token does there: that the bridge has the token mint.
 *
 * @throws {@link InteropExecutionError} with the name of the token's error, if it refuses.
 */
export async function checkMint(destination: Client, { tokenAddress, to, amount }: { tokenAddress: Address; to: Address; amount: bigint }): Promise<void> {
  // Without code every call succeeds; that there is some, the sending action makes sure of.
  if (!(await getCode(destination, { address: tokenAddress }))) return;
  const abi = [...superchainERC20Abi, ...haltedAbi] as const;
  try {
    await simulateContract(destination, {
      abi,
      address: tokenAddress,
      functionName: "crosschainMint",
      args: [to, amount],
      account: superchainTokenBridgeAddress,
    });
  } catch (error) {
    throw getInteropError(error, { abi, action: "Minting on the destination" });
  }
}
