import { useSendERC20, useSendETH } from "@causeway-interop/wagmi";
import { useMutation } from "@tanstack/react-query";
import type { Address, Hash } from "viem";
import { useConfig } from "wagmi";
import { getBlockNumber } from "wagmi/actions";
import { isFateUnknown } from "./fate.js";
import { useNetwork } from "./useNetwork.js";

/** What the form asks for. */
export interface Wanted {
  asset: "eth" | "token";
  symbol: string;
  decimals: number;
  amount: bigint;
  source: number;
  destination: number;
  account: Address;
  recipient: Address;
}

/**
 * Sends, and remembers: first that the wallet is asked, then the transaction. Whatever happens in between (the tab is closed,
 * the node goes away), the page does not forget that something may have been sent.
 */
export function useTransfer() {
  const { network, transfers } = useNetwork();
  const config = useConfig();
  const eth = useSendETH();
  const erc20 = useSendERC20();

  const { mutate, isPending, error } = useMutation({
    mutationFn: async (wanted: Wanted): Promise<Hash> => {
      const { asset, amount, source, destination, account, recipient, symbol, decimals } = wanted;
      const askedIn = await getBlockNumber(config, { chainId: source, cacheTime: 0 });
      const id = transfers.add({
        asset,
        symbol,
        decimals,
        amount: amount.toString(),
        source,
        destination,
        account,
        recipient,
        askedAt: Date.now(),
        askedIn: askedIn.toString(),
      });
      const route = { account, chainId: source, destination, to: recipient };
      try {
        const hash =
          asset === "eth"
            ? await eth.mutateAsync({ ...route, value: amount })
            : await erc20.mutateAsync({ ...route, tokenAddress: network.token, amount });
        transfers.update(id, { hash });
        transfers.saw(id, "sent");
        return hash;
      } catch (error) {
        // What was certainly not sent need not be remembered.
        if (!isFateUnknown(error as Error)) transfers.remove(id);
        throw error;
      } finally {
        transfers.answered(id);
      }
    },
  });
  return { send: (wanted: Wanted, onSent: () => void) => mutate(wanted, { onSuccess: onSent }), isPending, error };
}
