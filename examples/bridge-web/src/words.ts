import { InteropError, getInteropError } from "@causeway-interop/viem";
import { BaseError, HttpRequestError, InsufficientFundsError, TimeoutError, UserRejectedRequestError } from "viem";
import { isFateUnknown } from "./fate.js";

/** An error for people: what it is, and what to do about it. */
export interface Words {
  what: string;
  todo?: string;
}

/** Names of errors that tokens of the field say "not now" by. */
const PAUSED = /paus|halt|frozen/i;

/** What went wrong, in words. Nothing that a contract or a node says is shown as if this page said it. */
export function words(raw: Error): Words {
  const error = getInteropError(raw);
  if (caused(error, UserRejectedRequestError)) return { what: "The wallet was asked, and said no. Nothing was sent." };
  if (caused(error, InsufficientFundsError)) {
    return { what: "The account does not have enough ETH for the amount and the fee. Nothing was sent.", todo: "Send less, or from another account." };
  }
  if (isFateUnknown(error)) {
    return {
      what: "The wallet was asked, and its answer was lost: it may have been sent, or not.",
      todo: "Do not send it again yet. If it was sent, it shows up by itself under “On its way”.",
    };
  }
  const errorName = (error as { errorName?: string }).errorName;
  if (errorName && PAUSED.test(errorName)) {
    return { what: `The token takes no transfers at the moment (${errorName}). Nothing was sent.`, todo: "Try again when its operators have resumed it." };
  }
  if (error instanceof InteropError) return { what: error.shortMessage, ...(error.hint ? { todo: error.hint } : {}) };
  if (isAway(error)) {
    return { what: "A chain's node does not answer.", todo: "Is the devnet running? This page goes on by itself when it is back." };
  }
  return { what: error instanceof BaseError ? error.shortMessage : error.message };
}

/** Whether a node was not reached, so that nothing is known: neither that it did something nor that it did not. */
export function isAway(error: Error): boolean {
  return Boolean(caused(error, HttpRequestError) ?? caused(error, TimeoutError)) || error.name === "HttpRequestError" || error.name === "TimeoutError";
}

function caused<T extends Error>(error: Error, kind: new (...args: never[]) => T): T | undefined {
  if (error instanceof kind) return error;
  if (!(error instanceof BaseError)) return undefined;
  return (error.walk((cause) => cause instanceof kind) as T | null) ?? undefined;
}
