import type { Address } from "viem";
import { getBalance, getCode } from "viem/actions";
import { InsufficientLiquidityError, NoContractError } from "../errors/sending.js";
import { ethLiquidityAddress } from "../generated/ethLiquidity.js";
import { l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import { superchainETHBridgeAddress } from "../generated/superchainETHBridge.js";
import { superchainTokenBridgeAddress } from "../generated/superchainTokenBridge.js";
import type { AnyClient } from "./parameters.js";

/** Throws {@link NoContractError} if there is no code at an address, in two looks: one empty answer proves nothing. */
export async function checkContract(client: AnyClient, { what, address, chainId }: { what: string; address: Address; chainId: bigint }): Promise<void> {
  for (let look = 0; look < 2; look++) if (await getCode(client, { address })) return;
  throw new NoContractError({ what, address, chainId });
}

/** Throws {@link NoContractError} if something is missing that the delivery of a token takes. */
export async function checkTokenEnd(client: AnyClient, { token, chainId }: { token: Address; chainId: bigint }): Promise<void> {
  await Promise.all([
    checkContract(client, { what: "messenger", address: l2ToL2CrossDomainMessengerAddress, chainId }),
    checkContract(client, { what: "token bridge", address: superchainTokenBridgeAddress, chainId }),
    checkContract(client, { what: "token", address: token, chainId }),
  ]);
}

/** Throws if something is missing that the delivery of ETH takes, or if there is less than should be paid out. */
export async function checkETHEnd(client: AnyClient, { value, chainId }: { value: bigint; chainId: bigint }): Promise<void> {
  await Promise.all([
    checkContract(client, { what: "messenger", address: l2ToL2CrossDomainMessengerAddress, chainId }),
    checkContract(client, { what: "ETH bridge", address: superchainETHBridgeAddress, chainId }),
    checkContract(client, { what: "ETHLiquidity", address: ethLiquidityAddress, chainId }),
  ]);
  const available = await getBalance(client, { address: ethLiquidityAddress });
  if (available < value) throw new InsufficientLiquidityError({ value, available, chainId });
}
