import type { AccessList, Block, Hash, Hex } from "viem";
import { BaseError, getAbiItem } from "viem";
import { getBlock, getLogs, getTransaction, getTransactionReceipt, readContract } from "viem/actions";
import { chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { NoContractError } from "../errors/sending.js";
import { l2ToL2CrossDomainMessengerAbi, l2ToL2CrossDomainMessengerAddress } from "../generated/l2ToL2CrossDomainMessenger.js";
import { relayBatcherAbi, relayBatcherAddress } from "../generated/relayBatcher.js";
import { ifFound } from "./blocks.js";

/** What the destination says of a message at its newest block. */
export type Arrival = { head: Block; isDelivered: boolean };

/**
 * Whether a message is delivered, at a block that is named: a node that is behind cannot answer for a block that it does not
 * have, where it would answer for its own newest one.
 *
 * @throws {@link NoContractError} if there is no messenger.
 */
export async function lookForArrival(client: AnyClient, hash: Hash): Promise<Arrival> {
  // The nodes behind one URL need not have the same blocks: another one may be asked this time.
  return lookOnce(client, hash).catch(() => lookOnce(client, hash));
}

async function lookOnce(client: AnyClient, hash: Hash): Promise<Arrival> {
  const head = await getBlock(client);
  try {
    const isDelivered = await readContract(client, {
      abi: l2ToL2CrossDomainMessengerAbi,
      address: l2ToL2CrossDomainMessengerAddress,
      functionName: "successfulMessages",
      args: [hash],
      blockNumber: head.number,
    });
    return { head, isDelivered };
  } catch (error) {
    const isEmpty = error instanceof BaseError && error.walk((cause) => (cause as Error).name === "ContractFunctionZeroDataError");
    if (!isEmpty) throw error;
    throw new NoContractError({ what: "messenger", address: l2ToL2CrossDomainMessengerAddress, chainId: await chainIdOf(client) });
  }
}

/** The block that the destination's node is about to make, as far as it tells. */
export function pendingBlock(client: AnyClient): Promise<Block | undefined> {
  return getBlock(client, { blockTag: "pending" }).then(
    (block) => block as unknown as Block,
    () => undefined,
  );
}

/** A transaction in the block to come that declares a message, by its checksum. */
export async function findInPool(client: AnyClient, { head, pending, checksum }: { head: Block; pending: Block | undefined; checksum: Hex }): Promise<Hash | undefined> {
  // Where no block is in the making, the node gives its newest one.
  if (!pending?.transactions.length || pending.number === null || pending.number === head.number) return undefined;
  const block = await getBlock(client, { blockTag: "pending", includeTransactions: true }).catch(() => undefined);
  return block?.transactions.find((transaction) => declares(transaction, checksum))?.hash;
}

/** Whether a transaction declares a message, by its checksum: none that does not can execute it. Undefined if the node does not tell. */
export async function carries(client: AnyClient, hash: Hash, checksum: Hex): Promise<boolean | undefined> {
  const transaction = await ifFound(getTransaction(client, { hash })).catch(() => undefined);
  return transaction && declares(transaction, checksum);
}

function declares({ accessList }: { accessList?: AccessList | undefined }, checksum: Hex): boolean {
  return accessList?.some(({ storageKeys }) => storageKeys.includes(checksum)) ?? false;
}

/** How a transaction that is to deliver a message fares. */
export async function lookAtRelay(client: AnyClient, hash: Hash): Promise<"waiting" | "reverted" | "included" | "unknown"> {
  const receipt = await ifFound(getTransactionReceipt(client, { hash }));
  if (receipt) return receipt.status === "reverted" ? "reverted" : "included";
  return (await ifFound(getTransaction(client, { hash }))) ? "waiting" : "unknown";
}

/** The newest batch that failed to deliver a message, among recent blocks. Where a node gives out no logs, none. */
export async function findFailedBatch(client: AnyClient, hash: Hash, head: bigint): Promise<Hash | undefined> {
  const fromBlock = head > 5_000n ? head - 5_000n : 0n;
  const event = getAbiItem({ abi: relayBatcherAbi, name: "RelayFailed" });
  const logs = await getLogs(client, { address: relayBatcherAddress, event, args: { messageHash: hash }, fromBlock, toBlock: head }).catch(() => []);
  return logs.at(-1)?.transactionHash;
}
