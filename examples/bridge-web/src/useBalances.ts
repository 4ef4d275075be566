import { useEffect } from "react";
import { type Address, erc20Abi } from "viem";
import { useBalance, useReadContract, useReadContracts } from "wagmi";
import { useNetwork } from "./useNetwork.js";

export interface Balance {
  value: bigint | undefined;
  /** What was asked last had no answer: the value, if there is one, is an old one. */
  old: boolean;
}

const query = { refetchInterval: 1_000, refetchIntervalInBackground: false };

/** What an account has on a chain. */
export function useBalanceOf(asset: "eth" | "token", account: Address, chainId: number): Balance {
  const { network } = useNetwork();
  const eth = useBalance({ address: account, chainId, query: { ...query, enabled: asset === "eth" } });
  const token = useReadContract({
    address: network.token,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [account],
    chainId,
    query: { ...query, enabled: asset === "token" },
  });
  return asset === "eth" ? { value: eth.data?.value, old: eth.isError } : { value: token.data, old: token.isError };
}

/** The token's symbol and decimals; until they are known, as most tokens have them. */
export function useToken(chainId: number): { symbol: string; decimals: number } {
  const { network } = useNetwork();
  const token = { address: network.token, abi: erc20Abi, chainId } as const;
  const { data, isError, refetch } = useReadContracts({
    contracts: [
      { ...token, functionName: "symbol" },
      { ...token, functionName: "decimals" },
    ],
    allowFailure: false,
    query: { staleTime: Number.POSITIVE_INFINITY },
  });
  useEffect(() => {
    if (!isError) return;
    const again = setTimeout(refetch, 1_000);
    return () => clearTimeout(again);
  }, [isError, refetch]);
  return { symbol: data?.[0] ?? "tokens", decimals: data?.[1] ?? 18 };
}
