import { useSendERC20, useSendETH } from "@causeway-interop/wagmi";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
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

  // `isPending` comes with the next rendering: a second press may be quicker.
  const isSending = useRef(false);

  const { mutate, isPending, error } = useMutation({
    retry: false,
    onSettled: () => {
      isSending.current = false;
    },
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
        if (!isFateUnknown(error)) transfers.remove(id);
        else if (error.transactionHash) transfers.update(id, { hash: error.transactionHash });
        throw error;
      } finally {
        transfers.answered(id);
      }
    },
  });
  const send = (wanted: Wanted, onSent: () => void) => {
    if (isSending.current) return;
    isSending.current = true;
    mutate(wanted, { onSuccess: onSent });
  };
  return { send, isPending, error };
}
