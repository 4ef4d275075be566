import { SendingUnknownError } from "@causeway-interop/viem";
import { superchainETHBridgeAbi, superchainETHBridgeAddress, superchainTokenBridgeAbi, superchainTokenBridgeAddress } from "@causeway-interop/viem/abis";
import type { Hash, PublicClient } from "viem";
import type { Transfer } from "./transfers.js";

/** The transaction was handed over, and no answer came: it may be sent or not. Every other error means that it was not. */
export function isFateUnknown(error: unknown): error is SendingUnknownError {
  return error instanceof SendingUnknownError;
}

/**
 * Looks for a transfer whose transaction is not known among those that the chain has seen since the wallet was asked. `known`
 * are the transactions of the others, which may be of the same amount.
 */
export async function findSent(client: PublicClient, transfer: Transfer, known: ReadonlySet<Hash>): Promise<Hash | undefined> {
  const range = { fromBlock: BigInt(transfer.askedIn) + 1n, toBlock: "latest" } as const;
  const ends = { from: transfer.account, to: transfer.recipient };
  const logs =
    transfer.asset === "eth"
      ? await client.getContractEvents({ abi: superchainETHBridgeAbi, address: superchainETHBridgeAddress, eventName: "SendETH", args: ends, ...range })
      : await client.getContractEvents({ abi: superchainTokenBridgeAbi, address: superchainTokenBridgeAddress, eventName: "SendERC20", args: ends, ...range });
  const amount = BigInt(transfer.amount);
  const destination = BigInt(transfer.destination);
  return logs.find(({ args, transactionHash }) => args.amount === amount && args.destination === destination && !known.has(transactionHash))?.transactionHash;
}
