import type { Hash } from "viem";
import { getBlock } from "viem/actions";
import type { AnyClient } from "../core/parameters.js";
import type { CrossDomainMessage } from "../types.js";
import { ifFound } from "./blocks.js";

/** What is looked for in blocks, of one block or of many. */
export type Reader = (range: { blockHash: Hash } | { fromBlock: bigint; toBlock: bigint }) => Promise<CrossDomainMessage[]>;

/** Who is told what a walk meets. */
export type WalkEvents = {
  onMessages: (messages: CrossDomainMessage[]) => void;
  onReorged: (messages: CrossDomainMessage[]) => void;
};

type Step = { number: bigint; hash: Hash; messages: CrossDomainMessage[] };

/** Blocks below the newest one that are read one by one and remembered: a reorg among them is seen. */
const depth = 128n;
/** Blocks that are read at once, far below the newest one. */
const stride = 2_000n;

/** Walks along a chain from block to block, each the child of the one before: that is how reorgs are found. */
export class ChainWalk {
  readonly #client: AnyClient;
  readonly #read: Reader;
  readonly #events: WalkEvents;
  #next: bigint | undefined;
  #steps: Step[] = [];

  constructor(client: AnyClient, { fromBlock, read, events }: { fromBlock: bigint | undefined; read: Reader; events: WalkEvents }) {
    this.#client = client;
    this.#read = read;
    this.#events = events;
    this.#next = fromBlock;
  }

  /** Goes on to the newest block, as long as `isOver` does not say that nobody listens any more. */
  async advance(isOver: () => boolean): Promise<void> {
    const head = await getBlock(this.#client);
    if (this.#next === undefined) {
      this.#steps.push({ number: head.number, hash: head.hash, messages: [] });
      this.#next = head.number + 1n;
    }
    while (!isOver() && this.#next + depth < head.number) await this.#stride(head.number - depth, isOver);
    while (!isOver() && this.#next <= head.number && (await this.#step(this.#next, isOver)));
  }

  /** Reads many old blocks at once. */
  async #stride(last: bigint, isOver: () => boolean): Promise<void> {
    const fromBlock = this.#next as bigint;
    const toBlock = fromBlock + stride - 1n < last ? fromBlock + stride - 1n : last;
    const [messages, end] = await Promise.all([this.#read({ fromBlock, toBlock }), getBlock(this.#client, { blockNumber: toBlock })]);
    if (isOver()) return;
    this.#steps = [{ number: toBlock, hash: end.hash, messages: [] }];
    this.#next = toBlock + 1n;
    if (messages.length) this.#events.onMessages(messages);
  }

  /** Reads a block, or takes the last one back if it is not its parent. False if the node does not have the block. */
  async #step(number: bigint, isOver: () => boolean): Promise<boolean> {
    const block = await ifFound(getBlock(this.#client, { blockNumber: number }));
    if (!block || isOver()) return false;
    const last = this.#steps.at(-1);
    if (last && last.hash !== block.parentHash) {
      this.#steps.pop();
      this.#next = last.number;
      if (last.messages.length) this.#events.onReorged(last.messages.reverse());
      return true;
    }
    const messages = await this.#read({ blockHash: block.hash });
    if (isOver()) return false;
    this.#steps.push({ number, hash: block.hash, messages });
    if (this.#steps.length > Number(depth)) this.#steps.shift();
    this.#next = number + 1n;
    if (messages.length) this.#events.onMessages(messages);
    return true;
  }
}
