import { InvalidAddressError, isAddress } from "viem";
import type { AccessList, Account, Address, Chain, Client, GetChainParameter, Transport } from "viem";

/** Any client of viem. */
export type AnyClient = Client<Transport, Chain | undefined, Account | undefined>;

/** The account that acts: needed unless the client has one. An address is an account of the node or wallet. */
export type AccountParameter<account extends Account | undefined> = [undefined] extends [account]
  ? { account: Account | Address }
  : { account?: Account | Address | undefined };

/** What a transaction can be given, besides what it does. What is left out, is filled in. */
export type TransactionParameters = {
  /** Limit of gas; null leaves it to the signer. */
  gas?: bigint | null | undefined;
  /** Price of gas, of a transaction in the old form. */
  gasPrice?: bigint | undefined;
  /** Most that a unit of gas may cost. */
  maxFeePerGas?: bigint | undefined;
  /** Tip for a unit of gas. */
  maxPriorityFeePerGas?: bigint | undefined;
  /** Number of the transaction. */
  nonce?: number | undefined;
  /** Further slots to declare. What interop needs, is declared by itself. */
  accessList?: AccessList | undefined;
};

/** What every writing action takes. */
export type WriteParameters<
  chain extends Chain | undefined = Chain | undefined,
  account extends Account | undefined = Account | undefined,
  chainOverride extends Chain | undefined = Chain | undefined,
> = AccountParameter<account> & GetChainParameter<chain, chainOverride> & TransactionParameters;

/** The destination, as an id or as a client of it. With a client, both ends are looked at before anything is sent. */
export type Destination = number | bigint | AnyClient;

/** Where a transfer goes: `chainId`, `destination`, or both. */
export type DestinationParameters =
  | {
      /** Id of the destination. */
      chainId: number | bigint;
      /** Client of the destination: with it, both ends are looked at before anything is sent. */
      destination?: AnyClient | undefined;
    }
  | {
      /** Id of the destination. */
      chainId?: number | bigint | undefined;
      /** Client of the destination: with it, both ends are looked at before anything is sent. */
      destination: AnyClient;
    };

/** Throws viem's own error if something is no address, before a node is asked about it. */
export function checkAddress(address: Address): void {
  if (!isAddress(address)) throw new InvalidAddressError({ address });
}
