import type { Abi, Hash } from "viem";
import { BaseError } from "viem";
import { getBlock } from "viem/actions";
import { checksum } from "../codec/checksum.js";
import { messageHash } from "../codec/messageHash.js";
import { encodeMessagePayload, payloadHash } from "../codec/payload.js";
import { askChainId, chainIdOf } from "../core/chainId.js";
import type { AnyClient } from "../core/parameters.js";
import { tryRelay } from "../core/simulateRelay.js";
import { AdmissionError, type DecodedRevert, InteropExecutionError } from "../errors/revert.js";
import { InvalidDestinationChainError } from "../errors/sending.js";
import type { CrossDomainMessage } from "../types.js";
import { isAsSafe, safetyOf } from "./blocks.js";
import { type Arrival, carries, findFailedBatch, findInPool, lookAtRelay, lookForArrival, pendingBlock } from "./destination.js";
import { findDelivery, findNewestLog } from "./logs.js";
import { askRelayer } from "./relayer.js";
import { type Placed, sight } from "./source.js";
import type { MessageSubject, StatusOptions } from "./subject.js";
import type { DeliveredStatus, MessageStatus, RelayerWord, StatusBase } from "./types.js";
import { askVerifier } from "./verifier.js";

/** Seven days: what is older, no chain of the stack executes. A dependency set may say less, never more. */
const defaultExpiryWindow = 604_800n;

/** What one look at both chains says of a message. */
export async function readStatus(client: AnyClient, subject: MessageSubject, options: StatusOptions): Promise<MessageStatus> {
  const sighting = await sight(client, subject, options.destination);
  if (sighting.kind === "placed") return readPlaced(client, sighting, options);
  const { message } = sighting;
  if (!message) return { state: "pending", reason: "not-included", messageHash: undefined, message, id: undefined, safety: "unknown" };
  const unplaced = { messageHash: messageHash(message), message, id: undefined, safety: "unknown" } as const;
  await checkDestination(options.destination, message);
  const arrival = await lookForArrival(options.destination, unplaced.messageHash);
  if (arrival.isDelivered) return delivered(options.destination, unplaced, arrival);
  if (sighting.kind === "gone") return { state: "reorged", ...unplaced };
  return { state: "pending", reason: sighting.kind === "waiting" ? "not-included" : "source-behind", ...unplaced };
}

async function checkDestination(destination: AnyClient, message: CrossDomainMessage): Promise<void> {
  const chainId = await chainIdOf(destination);
  if (chainId !== message.destination) throw new InvalidDestinationChainError({ expected: message.destination, actual: chainId });
}

/** Of a message that a block of the source holds, the destination says the rest. */
async function readPlaced(client: AnyClient, placed: Placed, options: StatusOptions): Promise<MessageStatus> {
  const { message, id } = placed;
  const { destination, expiryWindow = defaultExpiryWindow } = options;
  await checkDestination(destination, message);
  const arrival = await lookForArrival(destination, placed.hash);
  if (arrival.isDelivered) return delivered(destination, base(placed), arrival);

  const expiredAt = id.timestamp + expiryWindow;
  if (arrival.head.timestamp > expiredAt) {
    const newer = await findResent(client, placed);
    return newer ? readPlaced(client, newer, options) : { state: "expired", expiredAt, ...base(placed) };
  }
  if (options.relayerUrl === undefined) return undelivered(placed, arrival, options);
  const word = await heard(options.relayerUrl, placed, destination);
  const status = beside(word, await undelivered(placed, arrival, options));
  const isOther = word.state !== undefined && word.state !== status.state && !(word.state === "pending" && status.state === "ready");
  const note = word.note ?? (isOther ? `the relayer says ${word.state}; by the chains it is ${status.state}` : undefined);
  return { ...status, relayer: { ...word, note } } as MessageStatus;
}

/** What a relayer says, unless the destination's node knows better of the transaction that it names. */
async function heard(url: string, { hash, message, id }: Placed, destination: AnyClient): Promise<RelayerWord> {
  const word = await askRelayer(url, hash, message);
  if (word.state !== "in-flight" || !word.transactionHash) return word;
  const fate = await lookAtRelay(destination, word.transactionHash).catch(() => "unknown");
  const isPast = fate === "included" || fate === "reverted";
  const sum = checksum(id, payloadHash(encodeMessagePayload(message.log)));
  if (!isPast && (await carries(destination, word.transactionHash, sum)) !== false) return word;
  const why = isPast ? "is in a block already" : "does not carry the message";
  return { ...word, state: undefined, next: undefined, note: `the transaction that the relayer says is in flight ${why}` };
}

/** What is in flight by a relayer's word, and nothing that the chains have decided, or see for themselves. */
function beside({ state, transactionHash }: RelayerWord, status: MessageStatus): MessageStatus {
  const isOpen = status.state === "ready" || status.state === "pending";
  if (state !== "in-flight" || !transactionHash || !isOpen || !status.id) return status;
  const { messageHash: hash, message, id, safety } = status;
  return { state, messageHash: hash, message, id, safety, transactionHash };
}

function base({ hash, message, id, safety }: Placed): StatusBase {
  return { messageHash: hash, message, id, safety };
}

type Known = Pick<DeliveredStatus, "messageHash" | "message" | "id" | "safety">;

async function delivered(destination: AnyClient, known: Known, { head }: Arrival): Promise<DeliveredStatus> {
  const { messageHash: hash, message, id } = known;
  const found = await findDelivery(destination, { hash, message, head: head.number ?? 0n, since: id?.timestamp });
  return {
    state: "delivered",
    ...known,
    transactionHash: found?.transactionHash,
    returnDataHash: found?.returnDataHash,
    delivery: found,
    deliverySafety: found ? await safetyOf(destination, found.blockNumber) : "unknown",
  };
}

/** A message that was sent again later stands elsewhere, under the same hash. */
async function findResent(client: AnyClient, { message, id }: Placed): Promise<Placed | undefined> {
  const head = await getBlock(client);
  const newer = await findNewestLog(client, message, { head: head.number, since: id.blockNumber + 1n });
  if (!newer) return undefined;
  const sighting = await sight(client, { message: newer }, client);
  return sighting.kind === "placed" ? sighting : undefined;
}

/** What keeps a message from being delivered, if anything does. */
async function undelivered(placed: Placed, { head }: Arrival, options: StatusOptions): Promise<MessageStatus> {
  const { destination, minSafety = "unsafe", verifier } = options;
  const { message, id } = placed;
  const payload = encodeMessagePayload(message.log);
  const word = verifier && (await askVerifier(verifier, { id, payload, executing: message.destination, minSafety }));
  const known = { ...base(placed), safety: word?.safety ?? placed.safety };

  const pending = await pendingBlock(destination);
  const sum = checksum(id, payloadHash(payload));
  const relay = options.relayTransactionHash;
  const fate = relay ? await lookAtRelay(destination, relay) : "unknown";
  const inFlight = fate === "waiting" ? relay : await findInPool(destination, { head, pending, checksum: sum });
  if (inFlight) return { state: "in-flight", ...known, transactionHash: inFlight };

  if (word?.verdict === "retry") return { state: "pending", reason: "not-verified", ...known };
  if (word?.verdict === "halted") return { state: "pending", reason: "halted", ...known };
  if (word?.verdict === "invalid") return { state: "failed", ...known, reason: unnamed(word.details), transactionHash: undefined };
  if (!isAsSafe(known.safety, minSafety)) return { state: "pending", reason: "not-safe-enough", ...known };
  const clock = pending && pending.timestamp > head.timestamp ? pending.timestamp : head.timestamp;
  if (clock < id.timestamp) return { state: "pending", reason: "destination-behind", ...known };

  const trial = await tryDelivery(destination, placed, options.targetAbi as Abi | undefined);
  if (trial === "succeeds") return { state: "ready", ...known };
  if (trial === "early") return { state: "pending", reason: "destination-behind", ...known };
  if (trial === "halted") return { state: "pending", reason: "halted", ...known };
  if (trial.errorName === "MessageAlreadyRelayed") return delivered(destination, base(placed), await lookForArrival(destination, placed.hash));
  if (trial.errorName === "MessageDestinationNotRelayChain") {
    // The client says that it is of the destination, and its node that it is not.
    const actual = await askChainId(destination);
    if (actual !== message.destination) throw new InvalidDestinationChainError({ expected: message.destination, actual });
  }
  const transactionHash = fate === "reverted" ? relay : await findFailedBatch(destination, placed.hash, head.number ?? 0n);
  return { state: "failed", ...known, reason: trial, transactionHash: transactionHash as Hash | undefined };
}

/** What comes of a delivery that is tried out. */
async function tryDelivery(client: AnyClient, { id, message }: Placed, targetAbi: Abi | undefined): Promise<"succeeds" | "early" | "halted" | DecodedRevert> {
  try {
    await tryRelay(client, { id, payload: encodeMessagePayload(message.log), targetAbi });
    return "succeeds";
  } catch (error) {
    if (error instanceof InteropExecutionError) {
      const { errorName, args, data, reason } = error;
      return { errorName, args, data, message: reason };
    }
    if (!(error instanceof AdmissionError)) throw error;
    if (error.disposition !== "invalid") return error.disposition === "halted" ? "halted" : "early";
    const details = error.cause instanceof BaseError ? error.cause.details : error.shortMessage;
    return unnamed(details);
  }
}

/** A reason that is no contract's. */
function unnamed(message: string): DecodedRevert {
  return { errorName: undefined, args: [], data: "0x", message };
}
