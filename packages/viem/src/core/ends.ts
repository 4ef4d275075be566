import type { Abi, Address, Hex } from "viem";
import { encodeFunctionData } from "viem";
import { getBalance, getCode, readContract } from "viem/actions";
import { DecimalsMismatchError, InsufficientLiquidityError, NoContractError } from "../errors/sending.js";
import { crossL2InboxAddress } from "../generated/crossL2Inbox.js";
import { ethLiquidityAddress } from "../generated/ethLiquidity.js";
import { l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import { superchainERC20Abi } from "../generated/superchainERC20.js";
import { superchainETHBridgeAbi, superchainETHBridgeAddress } from "../generated/superchainETHBridge.js";
import { superchainTokenBridgeAbi, superchainTokenBridgeAddress } from "../generated/superchainTokenBridge.js";
import type { AnyClient } from "./parameters.js";
import { rehearse } from "./rehearsal.js";

/** Throws {@link NoContractError} if there is no code at an address, in two looks: one empty answer proves nothing. */
export async function checkContract(client: AnyClient, { what, address, chainId }: { what: string; address: Address; chainId: bigint }): Promise<void> {
  for (let look = 0; look < 2; look++) if (await getCode(client, { address })) return;
  throw new NoContractError({ what, address, chainId });
}

/** What every delivery takes. */
const ways = [
  { what: "messenger", address: l2ToL2CrossDomainMessengerAddress },
  { what: "inbox", address: crossL2InboxAddress },
] as const;

/** Throws {@link NoContractError} if something of these is missing, or of what every delivery takes. */
async function checkContracts(client: AnyClient, chainId: bigint, contracts: readonly { what: string; address: Address }[]): Promise<void> {
  await Promise.all([...ways, ...contracts].map((contract) => checkContract(client, { ...contract, chainId })));
}

/** What is to be sent, and by whom if that is known. */
export type Sending = { from: Address | undefined; source: bigint; chainId: bigint };

/** Throws if the delivery of a call would fail. */
export async function checkCallEnd(
  destination: AnyClient,
  { from, source, chainId, target, message, targetAbi }: Sending & { target: Address; message: Hex; targetAbi: Abi },
): Promise<void> {
  await checkContracts(destination, chainId, [{ what: "contract", address: target }]);
  if (from) await rehearse(destination, { source, destination: chainId, sender: from, target, message }, targetAbi);
}

/** Throws if the delivery of a token would fail, or bring something else than was sent. */
export async function checkTokenEnd(
  client: AnyClient,
  destination: AnyClient,
  { from, source, chainId, token, to, amount }: Sending & { token: Address; to: Address; amount: bigint },
): Promise<void> {
  const bridge = superchainTokenBridgeAddress;
  await checkContracts(destination, chainId, [
    { what: "token bridge", address: bridge },
    { what: "token", address: token },
  ]);
  const [here, there] = await Promise.all([client, destination].map((end) => decimalsOf(end, token)));
  if (here !== undefined && there !== undefined && here !== there) throw new DecimalsMismatchError({ source: here, destination: there });
  const message = encodeFunctionData({ abi: superchainTokenBridgeAbi, functionName: "relayERC20", args: [token, from ?? to, to, amount] });
  await rehearse(destination, { source, destination: chainId, sender: bridge, target: bridge, message }, superchainERC20Abi as Abi);
}

/** Decimals of a token; undefined where it does not tell. */
function decimalsOf(client: AnyClient, address: Address): Promise<number | undefined> {
  return readContract(client, { abi: superchainERC20Abi, address, functionName: "decimals" }).catch(() => undefined);
}

/** Throws if the delivery of ETH would fail: if something is missing, or there is less than should be paid out. */
export async function checkETHEnd(destination: AnyClient, { from, source, chainId, to, value }: Sending & { to: Address; value: bigint }): Promise<void> {
  const bridge = superchainETHBridgeAddress;
  await checkContracts(destination, chainId, [
    { what: "ETH bridge", address: bridge },
    { what: "ETHLiquidity", address: ethLiquidityAddress },
  ]);
  const available = await getBalance(destination, { address: ethLiquidityAddress });
  if (available < value) throw new InsufficientLiquidityError({ value, available, chainId });
  const message = encodeFunctionData({ abi: superchainETHBridgeAbi, functionName: "relayETH", args: [from ?? to, to, value] });
  await rehearse(destination, { source, destination: chainId, sender: bridge, target: bridge, message }, undefined);
}
