import { publicActionsL2, walletActionsL2 } from "@causeway-interop/viem";
import { type Chain, createPublicClient, createWalletClient, defineChain, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** Account of a devnet, by its number. */
export function devAccount(addressIndex: number) {
  return mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex });
}

/** The open-mint token of devnets. */
export const devnetToken = "0x420beeF000000000000000000000000000000001";

/** A chain at a URL. */
export function chainAt(id: number, url: string): Chain {
  return defineChain({ id, name: `chain ${id}`, nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [url] } } });
}

/** Quick, because tests wait. */
const pollingInterval = 100;

/** A client that reads a chain. */
export function reader(id: number, url: string) {
  return createPublicClient({ chain: chainAt(id, url), transport: http(url), pollingInterval }).extend(publicActionsL2());
}

/** A client that reads and writes a chain, with a key of its own. */
export function writer(id: number, url: string, addressIndex = 0) {
  const account = devAccount(addressIndex);
  return createWalletClient({ account, chain: chainAt(id, url), transport: http(url), pollingInterval }).extend(publicActionsL2()).extend(walletActionsL2());
}

/** A client whose account is the node's. */
export function unlocked(id: number, url: string, addressIndex = 0) {
  const account = devAccount(addressIndex).address;
  return createWalletClient({ account, chain: chainAt(id, url), transport: http(url), pollingInterval }).extend(publicActionsL2()).extend(walletActionsL2());
}
