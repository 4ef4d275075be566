import { type Address, parseAbi } from "viem";
import { useConfig, useWriteContract } from "wagmi";
import { switchChain } from "wagmi/actions";
import { useNetwork } from "./useNetwork.js";

const mintAbi = parseAbi(["function mint(address to, uint256 amount)"]);

/** Makes tokens: the devnet's let everybody do so. */
export function useGetTokens() {
  const { network } = useNetwork();
  const config = useConfig();
  const { mutate, isPending, error } = useWriteContract();
  const get = async ({ account, chainId, amount }: { account: Address; chainId: number; amount: bigint }) => {
    await switchChain(config, { chainId });
    mutate({ address: network.token, abi: mintAbi, functionName: "mint", args: [account, amount], account, chainId });
  };
  return { get, isPending, error };
}
