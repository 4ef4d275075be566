import type { Hash, Hex } from "viem";
import { concat, decodeAbiParameters, encodeAbiParameters, encodeEventTopics, getAddress, isHex, keccak256, pad, size, slice, toHex } from "viem";
import { InvalidPayloadError } from "../errors/codec.js";
import { l2ToL2CrossDomainMessengerAbi } from "../generated/l2ToL2CrossDomainMessenger.js";
import type { MessageContent, MessagePayload } from "../types.js";

/** What of a log makes its payload. */
export type LogContent = {
  /** Topics of the log; those of an anonymous event may be none. */
  topics: readonly Hex[];
  /** Data of the log. */
  data: Hex;
};

/** Topic of the messenger's `SentMessage`. */
export const sentMessageTopic: Hash = /*#__PURE__*/ sentTopic();

function sentTopic(): Hash {
  return encodeEventTopics({ abi: l2ToL2CrossDomainMessengerAbi, eventName: "SentMessage" })[0];
}

/** Payload of a log: its topics concatenated, then its data. Any log is an initiating message, not only a messenger's. */
export function encodeMessagePayload(log: LogContent): MessagePayload {
  return concat([...log.topics, log.data]);
}

/** keccak256 of a payload: what the inbox calls `msgHash`. It is not the hash that messengers know a message by. */
export function payloadHash(payload: MessagePayload): Hash {
  return keccak256(payload);
}

/** Payload of the `SentMessage` log of a message. */
export function encodeSentMessage(message: Omit<MessageContent, "source">): MessagePayload {
  const { destination, target, nonce, sender, message: data } = message;
  return concat([
    sentMessageTopic,
    toHex(destination, { size: 32 }),
    pad(target, { size: 32 }),
    toHex(nonce, { size: 32 }),
    encodeAbiParameters([{ type: "address" }, { type: "bytes" }], [sender, data]),
  ]);
}

/**
 * The message that the payload of a `SentMessage` log holds.
 *
 * @param source Chain of the log, which the payload does not tell.
 * @throws {@link InvalidPayloadError} if it is the payload of another log.
 */
export function decodeSentMessage(payload: MessagePayload, source: bigint): MessageContent {
  if (!isHex(payload) || size(payload) < 128) throw new InvalidPayloadError({ reason: "it is shorter than that of a SentMessage log" });
  if (slice(payload, 0, 32) !== sentMessageTopic) throw new InvalidPayloadError({ reason: "its first topic is not that of SentMessage" });
  try {
    const target = decodeAbiParameters([{ type: "address" }], slice(payload, 64, 96))[0];
    const [sender, message] = decodeAbiParameters([{ type: "address" }, { type: "bytes" }], slice(payload, 128));
    return {
      source,
      destination: BigInt(slice(payload, 32, 64)),
      nonce: BigInt(slice(payload, 96, 128)),
      sender: getAddress(sender),
      target: getAddress(target),
      message,
    };
  } catch (cause) {
    throw new InvalidPayloadError({ reason: "its data is not that of a SentMessage log", cause: cause as Error });
  }
}
