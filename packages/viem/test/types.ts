// What the compiler has to refuse, and what it has to know: `tsc` fails if it does not. Nothing here runs.
import {
  type MessageStatus,
  type WaitForDeliveryReturnType,
  getMessageStatus,
  l2ToL2CrossDomainMessengerAbi,
  publicActionsL2,
  relayCrossDomainMessage,
  sendCrossChainCall,
  sendETH,
  sendSuperchainERC20,
  waitForDelivery,
  walletActionsL2,
} from "@causeway-interop/viem";
import { type Abi, type Account, type Address, type Chain, type Client, type Hash, type Transport, type WalletClient, parseAbi } from "viem";
import { mainnet } from "viem/chains";

declare const wallet: Client<Transport, Chain, Account>;
declare const plain: Client<Transport, Chain, undefined>;
declare const chainless: Client<Transport, undefined, Account>;
declare const anyWallet: WalletClient;
declare const target: Address;
declare const destination: Client<Transport, Chain>;

const abi = parseAbi([
  "function increment()",
  "function set(uint256 to, string why) payable returns (uint256)",
  "function number() view returns (uint256)",
  "function both(uint256 value)",
  "function both(address account)",
  "function move((address to, uint256 amount)[] moves)",
]);

export async function calls() {
  const to = { target, destination: 902 } as const;
  const hash: Hash = await sendCrossChainCall(wallet, { abi, functionName: "increment", ...to });
  await sendCrossChainCall(wallet, { abi, functionName: "increment", args: [], ...to, destination });
  await sendCrossChainCall(wallet, { abi, functionName: "set", args: [1n, "why"], ...to, destination: 902n });
  await sendCrossChainCall(wallet, { abi, functionName: "both", args: [1n], ...to });
  await sendCrossChainCall(wallet, { abi, functionName: "both", args: [target], ...to });
  await sendCrossChainCall(wallet, { abi, functionName: "move", args: [[{ to: target, amount: 1n }]], ...to });
  // @ts-expect-error a number is no bigint
  await sendCrossChainCall(wallet, { abi, functionName: "set", args: [1, "why"], ...to });
  // @ts-expect-error an argument is missing
  await sendCrossChainCall(wallet, { abi, functionName: "set", args: [1n], ...to });
  // @ts-expect-error one is too many
  await sendCrossChainCall(wallet, { abi, functionName: "set", args: [1n, "why", 2n], ...to });
  // @ts-expect-error all are missing
  await sendCrossChainCall(wallet, { abi, functionName: "set", ...to });
  // @ts-expect-error it takes none
  await sendCrossChainCall(wallet, { abi, functionName: "increment", args: [1n], ...to });
  // @ts-expect-error there is no such function
  await sendCrossChainCall(wallet, { abi, functionName: "decrement", ...to });
  // @ts-expect-error what only reads, needs no message
  await sendCrossChainCall(wallet, { abi, functionName: "number", ...to });
  // @ts-expect-error neither overload takes a string
  await sendCrossChainCall(wallet, { abi, functionName: "both", args: ["x"], ...to });
  // @ts-expect-error a field of the tuple is missing
  await sendCrossChainCall(wallet, { abi, functionName: "move", args: [[{ to: target }]], ...to });
  // @ts-expect-error nobody sends it
  await sendCrossChainCall(plain, { abi, functionName: "increment", ...to });
  await sendCrossChainCall(plain, { abi, functionName: "increment", account: target, ...to });
  // @ts-expect-error on no chain
  await sendCrossChainCall(chainless, { abi, functionName: "increment", ...to });
  await sendCrossChainCall(chainless, { abi, functionName: "increment", chain: mainnet, ...to });
  await sendCrossChainCall(anyWallet, { abi, functionName: "increment", chain: null, account: target, ...to });
  // @ts-expect-error where to?
  await sendCrossChainCall(wallet, { abi, functionName: "increment", target });
  // An ABI that nobody knows before has no types, and works.
  const loose: Abi = l2ToL2CrossDomainMessengerAbi;
  await sendCrossChainCall(wallet, { abi: loose, functionName: "anything", args: [1], ...to });

  const extended = wallet.extend(publicActionsL2()).extend(walletActionsL2());
  await extended.interop.sendCrossChainCall({ abi, functionName: "set", args: [1n, "why"], ...to });
  await extended.interop.estimateSendCrossChainCallGas({ abi, functionName: "set", args: [1n, "why"], ...to });
  // @ts-expect-error a number is no bigint
  await extended.interop.sendCrossChainCall({ abi, functionName: "set", args: [1, "why"], ...to });
  // @ts-expect-error there is no such function
  await extended.interop.simulateSendCrossChainCall({ abi, functionName: "decrement", ...to });
  await extended.interop.waitForDelivery({ hash, destination });
}

export async function transfers(hash: Hash) {
  await sendETH(wallet, { to: target, value: 1n, chainId: 902 });
  await sendETH(wallet, { to: target, value: 1n, destination });
  // @ts-expect-error where to?
  await sendETH(wallet, { to: target, value: 1n });
  // @ts-expect-error how much?
  await sendETH(wallet, { to: target, chainId: 902 });
  await sendSuperchainERC20(wallet, { tokenAddress: target, to: target, amount: 1n, chainId: 902n, destination, gas: null });
  // @ts-expect-error which token?
  await sendSuperchainERC20(wallet, { to: target, amount: 1n, chainId: 902 });
  // @ts-expect-error what?
  await relayCrossDomainMessage(wallet, { payload: "0x" });
  // @ts-expect-error which message?
  await getMessageStatus(wallet, { destination });
  // @ts-expect-error `unknown` is no level that one could want
  await getMessageStatus(wallet, { hash, destination, minSafety: "unknown" });
}

export async function states(hash: Hash): Promise<string> {
  const status: MessageStatus = await getMessageStatus(wallet, { hash, destination });
  const delivered: WaitForDeliveryReturnType = await waitForDelivery(wallet, { hash, destination, signal: new AbortController().signal });
  const sure: Hash = delivered.transactionHash;
  // @ts-expect-error a node may not give the log out
  const unsure: Hash = (status as Extract<MessageStatus, { state: "delivered" }>).transactionHash;
  // @ts-expect-error of what has failed only
  void status.reason.errorName;
  switch (status.state) {
    case "pending":
      return `${status.reason}${status.message?.nonce}`;
    case "ready":
      return status.messageHash;
    case "in-flight":
      return status.transactionHash ?? sure;
    case "delivered":
      return status.delivery?.blockHash ?? unsure;
    case "failed":
      return status.reason.message;
    case "expired":
      return status.expiredAt.toString();
    case "reorged":
      return status.message.sender;
  }
}
