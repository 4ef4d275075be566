import { type Hash, isHash } from "viem";
import type { CrossDomainMessage } from "../types.js";
import type { RelayerWord } from "./types.js";

/** Most that is waited for a relayer, in milliseconds, and most that is read of its answer, in bytes. */
const patience = 3_000;
const longestAnswer = 1 << 20;
/** Most that is told of a reason, in characters. */
const longestReason = 500;
const words = ["pending", "in-flight", "delivered", "failed", "expired", "reorged"] as const;

/** Asks a relayer's HTTP API for a message. Never throws: an answer that is of no use is a word without a state, and says why. */
export async function askRelayer(base: string, hash: Hash, { source, destination }: CrossDomainMessage): Promise<RelayerWord> {
  const place = placeOf(base, hash);
  if (!place) return unused("relayerUrl is no http:// or https:// URL");
  const signal = AbortSignal.timeout(patience);
  let answer: unknown;
  try {
    const response = await fetch(place.url, { redirect: "manual", signal, headers: place.headers });
    // Any server says so of what it does not have; a relayer says what it is that it has never seen.
    if (response.status === 404) return unused(text(await readJson(response), "code") === "not-found" ? "the relayer does not know the message" : noRelayer);
    if (response.status !== 200) return unused(response.status ? `the relayer answered HTTP ${response.status}` : "the relayer answered with a redirect");
    answer = await readJson(response);
  } catch (error) {
    // Not in the words of what failed: those may name the URL, which may be a secret.
    if (signal.aborted) return unused(`the relayer did not answer within ${patience / 1_000} s`);
    if (error instanceof RangeError) return unused("the relayer's answer is too long");
    return unused(error instanceof SyntaxError ? noRelayer : unreachable());
  }
  if (text(answer, "messageHash")?.toLowerCase() !== hash.toLowerCase()) return unused("the relayer answered for another message");
  if (text(answer, "source") !== source.toString() || text(answer, "destination") !== destination.toString()) return unused("the relayer answered for other chains");
  return readWord(answer, destination);
}

const noRelayer = "what answered is no relayer";

/** Where it is asked, unless the URL is none. */
function placeOf(base: string, hash: Hash): { url: URL; headers: Record<string, string> } | undefined {
  let url: URL;
  try {
    url = new URL(base);
  } catch {
    return undefined;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/messages/${hash}`;
  const headers = { accept: "application/json", ...withUser(url) };
  // No fetch takes a URL that says who asks.
  url.username = url.password = "";
  return { url, headers };
}

/** Who asks, if the URL says so: as curl and browsers read it, percent-encoding undone. */
function withUser({ username, password }: URL): { authorization?: string } {
  if (!username && !password) return {};
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** To a page, a relayer that is away and one that does not let it read are the same. */
function unreachable(): string {
  const isPage = "location" in globalThis;
  return isPage ? "the relayer cannot be reached, or does not let this page read (its --api-origin)" : "the relayer cannot be reached";
}

function readWord(answer: unknown, destination: bigint): RelayerWord {
  const state = words.find((word) => word === text(answer, "status"));
  if (!state) return unused("the relayer's answer has no status that is known");
  const every = at(at(answer, "timeline"), "attempts");
  // What is left of an answer that reads in part may name an older transaction than the one that carries the message.
  if (!Array.isArray(every) || !every.every(reads)) return unused(noRelayer);
  const attempts = every.filter((attempt) => text(attempt, "chainId") === destination.toString()).map((attempt) => list(at(attempt, "versions")));
  const told = { ...said, state, next: nameOf(text(at(answer, "next"), "code")) };
  const waits = text(at(answer, "next"), "text");
  if (state === "pending") return { ...told, reason: tidy(waits ?? "") };
  if (state === "in-flight") {
    const transactionHash = attempts.map(openOf).filter((hash) => hash !== undefined).at(-1);
    return transactionHash ? { ...told, transactionHash } : unused("the relayer says in-flight, and names no transaction that waits");
  }
  if (state === "delivered") return { ...told, transactionHash: hashOf(at(answer, "delivered")) };
  if (state !== "failed") return told;
  const failed = newest(attempts.flat(), "failed");
  const reason = text(failed, "reason") ?? waits;
  return { ...told, transactionHash: hashOf(failed), reason: tidy(reason ?? "") };
}

/** Whether what is told of one nonce is all there. */
function reads(attempt: unknown): boolean {
  const versions = at(attempt, "versions");
  return text(attempt, "chainId") !== undefined && Array.isArray(versions) && versions.every((version) => hashOf(version) && text(version, "state") !== undefined);
}

/** Of the versions of one nonce the one that waits, if none is in a block: the newest that a node took, else the newest that was signed. */
function openOf(versions: unknown[]): Hash | undefined {
  if (newest(versions, "included") ?? newest(versions, "failed")) return undefined;
  return hashOf(newest(versions, "broadcast") ?? newest(versions, "signed"));
}

function newest(versions: unknown[], state: string): unknown {
  return versions.filter((version) => text(version, "state") === state).at(-1);
}

/** What can be the name of something, and is not a text. */
function nameOf(code: string | undefined): string | undefined {
  return code && /^[a-z-]{1,40}$/.test(code) ? code : undefined;
}

const said = { transactionHash: undefined, reason: undefined, next: undefined, note: undefined } as const;

function unused(note: string): RelayerWord {
  return { ...said, state: undefined, note };
}

async function readJson(response: Response): Promise<unknown> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let body = "";
  for (let length = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > longestAnswer) {
      await reader.cancel().catch(() => undefined);
      throw new RangeError();
    }
    body += decoder.decode(value, { stream: true });
  }
  return JSON.parse(body + decoder.decode()) as unknown;
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === "string" ? found : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function hashOf(value: unknown): Hash | undefined {
  const hash = text(value, "transactionHash");
  return hash && isHash(hash) ? hash : undefined;
}

/** What somebody else wrote, on one line and not too long; nothing if nothing of it can be seen. */
function tidy(reason: string): string | undefined {
  const line = reason.replace(/[\p{C}\s]+/gu, " ").trim();
  return [...line].slice(0, longestReason).join("") || undefined;
}
