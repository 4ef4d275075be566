import type { MessageStatus, Safety } from "@causeway-interop/viem";
import type { Hash } from "viem";

/** One line of a timeline. */
export interface Step {
  name: string;
  is: "done" | "now" | "todo" | "failed";
  /** When, in milliseconds since 1970; undefined where nobody saw it. */
  at?: number | undefined;
  /** The transaction that it happened in. */
  hash?: Hash | undefined;
  /** More about it, in words. */
  detail?: string | undefined;
}

/** A transfer as the page shows it. */
export interface Story {
  /** In a word or two. */
  headline: string;
  tone: "good" | "bad" | "warn" | "quiet";
  steps: readonly Step[];
}

export interface Known {
  /** The transaction on the source. */
  hash: Hash | undefined;
  /** The wallet is being asked. */
  asking: boolean;
  /** When the wallet was asked, and when the page first saw a state, in milliseconds. */
  askedAt: number;
  seen: Readonly<Record<string, number>>;
  status: MessageStatus | undefined;
  /** Why there is none, if it is for good: the transaction reverted, or another took its place. */
  refused?: string | undefined;
  /** Timestamp of the block that delivered it, in seconds. */
  deliveredAt?: bigint | undefined;
  /** Names of the chains. */
  source: string;
  destination: string;
}

const NAMES = ["Sent", "In a block", "Ready to be delivered", "In flight", "Delivered"] as const;

/** What a timeline shows: what is behind the message, where it is, and what is still to come. */
export function story(known: Known): Story {
  const { status, source, destination } = known;
  const steps: Step[] = NAMES.map((name) => ({ name, is: "todo" }));
  const [sent, block, ready, flight, delivered] = steps as [Step, Step, Step, Step, Step];
  const pass = (...passed: Step[]) => passed.forEach((step) => (step.is = "done"));
  const tell = (headline: string, tone: Story["tone"]): Story => ({ headline, tone, steps });

  if (!known.hash) {
    sent.is = "now";
    sent.at = known.askedAt;
    sent.detail = "The wallet is asked";
    if (known.asking) return tell("Asking the wallet", "quiet");
    sent.detail = "The wallet was asked, and its answer is not known. If it was sent, it shows up here by itself: look at the balance before you send again.";
    return tell("Perhaps sent", "warn");
  }
  pass(sent);
  Object.assign(sent, { hash: known.hash, at: known.seen.sent ?? known.askedAt });
  block.is = "now";

  if (known.refused) {
    Object.assign(block, { is: "failed", detail: known.refused });
    return tell("Not sent", "bad");
  }
  if (!status) return tell("Sent", "quiet");

  if (status.id) {
    pass(block);
    Object.assign(block, { at: Number(status.id.timestamp) * 1000, detail: `Block ${status.id.blockNumber} of ${source}${sure(status.safety)}` });
    ready.is = "now";
  }

  switch (status.state) {
    case "pending":
      if (status.id) ready.detail = waitingFor(status.reason, source, destination);
      return tell("On its way", "quiet");
    case "reorged":
      Object.assign(block, { is: "failed", at: undefined, detail: `A reorg of ${source} took it out again: nothing was sent, and the amount is back. Send again.` });
      ready.is = "todo";
      return tell("Undone by a reorg", "bad");
    case "expired":
      Object.assign(ready, { is: "failed", at: Number(status.expiredAt) * 1000, detail: `Nobody delivered it in time, and ${destination} takes it no more. Nothing is lost: resendMessage of the messenger of ${source} makes it young again.` });
      return tell("Expired", "bad");
    case "failed":
      pass(ready);
      Object.assign(flight, {
        is: "failed",
        at: known.seen.failed,
        hash: status.transactionHash,
        detail: `${destination} refuses it at the moment: ${status.reason.errorName ?? status.reason.message}. Nothing is lost: it can be delivered once that is mended, until it expires.`,
      });
      return tell("Delivery fails", "bad");
    case "ready":
      pass(ready);
      ready.at = known.seen.ready;
      flight.is = "now";
      flight.detail = "Waiting for somebody to deliver it: does a relayer run? A devnet has one with --autorelay";
      return tell("Ready", "quiet");
    case "in-flight":
      pass(ready);
      ready.at = known.seen.ready;
      Object.assign(flight, { is: "now", at: known.seen["in-flight"], hash: status.transactionHash });
      return tell("In flight", "quiet");
    case "delivered":
      // Its source may not be there to tell of the block any more.
      pass(block, ready, flight, delivered);
      ready.at = known.seen.ready;
      flight.at = known.seen["in-flight"];
      Object.assign(delivered, {
        at: known.deliveredAt === undefined ? known.seen.delivered : Number(known.deliveredAt) * 1000,
        hash: status.transactionHash,
        detail: status.delivery ? `Block ${status.delivery.blockNumber} of ${destination}${sure(status.deliverySafety)}` : undefined,
      });
      return tell("Delivered", "good");
  }
}

function sure(safety: Safety): string {
  return safety === "unknown" ? "" : ` (${safety})`;
}

function waitingFor(reason: Extract<MessageStatus, { state: "pending" }>["reason"], source: string, destination: string): string {
  switch (reason) {
    case "not-included":
      return `No block of ${source} holds it yet`;
    case "not-safe-enough":
      return "Waiting for its block to be safe enough";
    case "destination-behind":
      return `Waiting for the next second of ${destination}`;
    case "source-behind":
      return `The node of ${source} is behind`;
    case "not-verified":
      return "The verifier does not let it pass yet";
    case "halted":
      return `The operators of ${destination} have halted messages`;
  }
}
