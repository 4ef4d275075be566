#!/usr/bin/env node
// Sends tokens and a governor's decision from one chain to another by OpenZeppelin's contracts over the ERC-7786 gateway,
// and fails unless supplies add up and every message has one identifier: `node script/gateway-live.mjs URL URL`.
// A relayer has to be at work between the two chains. script/test-gateway-live starts both; run `forge build` first.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  concat,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  encodePacked,
  getContractAddress,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  parseEther,
  parseEventLogs,
  size,
  toHex,
  webSocket,
  zeroHash,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (...path) => readFileSync(join(root, ...path), "utf8");

// The devnet's first account, which everybody knows.
const account = mnemonicToAccount("test test test test test test test test test test test junk");
const receiver = "0x00000000000000000000000000000000000B0b00";
const gateway = read("contracts/libraries/GatewayDeployment.sol").match(/GATEWAY = (0x\w{40})/)[1];
const messenger = "0x4200000000000000000000000000000000000023";
const messengerAbi = parseAbi(["event RelayedMessage(uint256 indexed source, uint256 indexed messageNonce, bytes32 indexed messageHash, bytes32 returnDataHash)"]);

function fail(what, hint) {
  console.error([`error: ${what}`, ...(hint ? ["", `hint: ${hint}`] : [])].join("\n"));
  process.exit(1);
}

/** An account on an EVM chain as an interoperable address (ERC-7930). */
function interoperable(chainId, address) {
  const reference = numberToHex(chainId).length % 2 ? pad(numberToHex(chainId), { size: 2 }) : numberToHex(chainId);
  return concat(["0x00010000", toHex(size(reference), { size: 1 }), reference, "0x14", address]);
}

/** A chain: deploys what forge compiled, calls it, and waits for what is relayed there. */
async function connect(url) {
  const transport = webSocket(url.replace(/^http/, "ws"));
  const reader = createPublicClient({ transport, pollingInterval: 200 });
  const id = await reader.getChainId();
  if (!(await reader.getCode({ address: gateway }))) fail(`chain ${id} has no ERC-7786 gateway at ${gateway}`);
  const chain = { id, name: String(id), nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [url] } } };
  const writer = createWalletClient({ account, chain, transport });
  const mined = async (hash) => {
    const receipt = await reader.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, "success", `a transaction on chain ${id} failed: ${hash}`);
    return receipt;
  };

  const handle = (address, abi) => ({
    address,
    abi,
    at: interoperable(id, address),
    read: (functionName, ...args) => reader.readContract({ address, abi, functionName, args }),
    write: async (functionName, ...args) => mined(await writer.writeContract({ address, abi, functionName, args })),
    events: (receipt, eventName) => parseEventLogs({ abi, logs: receipt.logs, eventName }).map(({ args }) => args),
  });

  const deploy = async (file, name, ...args) => {
    const { abi, bytecode } = JSON.parse(read("out", `${file}.sol`, `${name}.json`));
    const receipt = await mined(await writer.deployContract({ abi, bytecode: bytecode.object, args }));
    return handle(receipt.contractAddress, abi);
  };

  /** Address of the contract that the account deploys here after so many others. */
  const next = async (others) =>
    getContractAddress({ from: account.address, nonce: BigInt((await reader.getTransactionCount({ address: account.address })) + others) });

  // Every message that arrives here, by its hash; those who wait for it, too.
  const [arrived, waiting] = [new Map(), new Map()];
  reader.watchContractEvent({
    address: messenger,
    abi: messengerAbi,
    eventName: "RelayedMessage",
    onLogs: (logs) => {
      for (const log of logs) {
        arrived.set(log.args.messageHash, log.transactionHash);
        waiting.get(log.args.messageHash)?.(log.transactionHash);
      }
    },
  });
  /** The transaction that delivers a message. Only a relayer that does nothing lets the time run out. */
  const delivery = async (hash) => {
    const late = setTimeout(() => fail(`message ${hash} has not arrived on chain ${id} for five minutes`), 300_000);
    const transaction = arrived.get(hash) ?? (await new Promise((resolve) => waiting.set(hash, resolve)));
    clearTimeout(late);
    return reader.getTransactionReceipt({ hash: transaction });
  };
  /** Waits until a block has come. */
  const block = (number) =>
    new Promise((resolve) => {
      const unwatch = reader.watchBlockNumber({ emitOnBegin: true, onBlockNumber: (head) => head >= number && (unwatch(), resolve()) });
    });
  return { id, deploy, next, delivery, block };
}

/** Sends tokens across, and looks at both ends. */
async function transfer({ from, source, to, destination, recipient, amount }) {
  const sending = await source.write("crosschainTransfer", interoperable(to.id, recipient), amount);
  const [{ sendId }] = source.events(sending, "CrosschainFungibleTransferSent");
  const received = destination.events(await to.delivery(sendId), "CrosschainFungibleTransferReceived");
  assert.equal(received.length, 1);
  assert.equal(received[0].receiveId, sendId, "one message, two identifiers");
  assert.equal(received[0].from, interoperable(from.id, account.address).toLowerCase());
  assert.equal(received[0].amount, amount);
}

async function bridges(a, b) {
  const token = await a.deploy("Tokens", "OZToken", account.address);
  const bridge = await b.next(1);
  const custody = await a.deploy("Tokens", "OZCustodyBridge", token.address, [{ gateway, counterpart: interoperable(b.id, bridge) }]);
  const minted = await b.deploy("Tokens", "OZBridgeableToken", bridge);
  const minting = await b.deploy("Tokens", "OZMintingBridge", minted.address, [{ gateway, counterpart: custody.at }]);
  assert.equal(minting.address.toLowerCase(), bridge.toLowerCase());

  const supplies = async (there) => {
    assert.equal(await token.read("totalSupply"), parseEther("1000"));
    assert.equal(await token.read("balanceOf", custody.address), there);
    assert.equal(await minted.read("totalSupply"), there);
  };
  await token.write("approve", custody.address, parseEther("1000"));
  await transfer({ from: a, source: custody, to: b, destination: minting, recipient: account.address, amount: parseEther("100") });
  await supplies(parseEther("100"));
  await transfer({ from: b, source: minting, to: a, destination: custody, recipient: receiver, amount: parseEther("30") });
  await supplies(parseEther("70"));
  assert.equal(await token.read("balanceOf", receiver), parseEther("30"));
  console.log("BridgeERC20 and BridgeERC7802: 100 tokens there, 30 back, and supplies add up");
}

async function governor(a, b) {
  const govern = await a.deploy("Governance", "OZGovernor", account.address);
  const executor = await b.deploy("Governance", "OZRemoteExecutor", gateway, govern.at);
  const governed = await b.deploy("Governance", "OZGoverned", executor.address);

  const set = encodeFunctionData({ abi: governed.abi, functionName: "set", args: [42n] });
  const execution = encodePacked(["address", "uint256", "bytes"], [governed.address, 0n, set]);
  const call = encodeFunctionData({ abi: govern.abi, functionName: "relayCrosschain", args: [gateway, executor.at, zeroHash, execution] });
  const proposal = [[govern.address], [0n], [call]];
  const proposed = await govern.write("propose", ...proposal, "");
  const [{ proposalId, voteEnd }] = govern.events(proposed, "ProposalCreated");
  await govern.write("castVote", proposalId, 1);
  await a.block(voteEnd + 1n);
  const executed = await govern.write("execute", ...proposal, keccak256("0x"));

  const gatewayAbi = parseAbi(["event MessageSent(bytes32 indexed sendId, bytes sender, bytes recipient, bytes payload, uint256 value, bytes[] attributes)"]);
  const [{ args }] = parseEventLogs({ abi: gatewayAbi, logs: executed.logs });
  assert.equal(args.sender, govern.at);
  await b.delivery(args.sendId);
  assert.equal(await governed.read("number"), 42n);
  console.log("GovernorCrosschain and CrosschainRemoteExecutor: what was decided on one chain was done on the other");
}

const urls = process.argv.slice(2);
if (urls.length !== 2) fail("two URLs are needed", "script/test-gateway-live");
const [a, b] = await Promise.all(urls.map(connect));
await bridges(a, b);
await governor(a, b);
// What listens would keep the process alive.
process.exit(0);
