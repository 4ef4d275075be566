import { publicActionsL2, walletActionsL2 } from "@causeway-interop/viem";
import { devnetA, devnetB } from "@causeway-interop/viem/chains";
import { createPublicClient, createWalletClient, getAddress, http } from "viem";
import { counterAt } from "./bindings/index.js";

const [address, by = "1", urlA, urlB] = process.argv.slice(2);

try {
  if (!address) throw new Error("usage: npm run raise -- ADDRESS [BY]");
  const counter = counterAt(getAddress(address));

  // The account is one of the node's, which signs for it; privateKeyToAccount of viem is for one of your own.
  const account = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
  const source = createWalletClient({ account, chain: devnetA, transport: http(urlA) }).extend(publicActionsL2()).extend(walletActionsL2());
  const destination = createPublicClient({ chain: devnetB, transport: http(urlB) });

  const before = await destination.readContract({ ...counter, functionName: "number" });
  const hash = await source.interop.sendCrossChainCall({ ...counter, functionName: "increment", args: [BigInt(by)], destination });
  const { transactionHash } = await source.interop.waitForDelivery({ hash, destination, targetAbi: counter.abi });
  const after = await destination.readContract({ ...counter, functionName: "number" });

  console.log(`${before} before, ${after} after: delivered in ${transactionHash}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
