import { useState } from "react";
import type { Hash } from "viem";
import type { Step } from "../steps.js";
import { short } from "./Accounts.js";

const SPOKEN = { done: "done", now: "under way", todo: "to come", failed: "failed" } as const;

/** A timeline, oldest first. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="steps">
      {steps.map((step) => (
        <li key={step.name} className={`step ${step.is}`} data-step={step.name} aria-current={step.is === "now" ? "step" : undefined}>
          <Mark is={step.is} />
          <span className="name">
            {step.name}
            <span className="unseen">: {SPOKEN[step.is]}</span>
          </span>
          <When at={step.at} />
          {step.hash || step.detail ? (
            <span className="detail">
              {step.detail}
              {step.hash && step.detail ? " · " : null}
              {step.hash ? <Copyable hash={step.hash} /> : null}
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function Mark({ is }: { is: Step["is"] }) {
  return (
    <span className="mark" aria-hidden="true">
      {is === "done" || is === "failed" ? (
        <svg viewBox="0 0 12 12" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round">
          <path d={is === "done" ? "m2.5 6.5 2.4 2.4 4.6-5.4" : "m3 3 6 6m0-6L3 9"} />
        </svg>
      ) : null}
    </span>
  );
}

function When({ at }: { at: number | undefined }) {
  if (at === undefined) return <span className="when" />;
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })}</time>;
}

/** A hash, short; a press copies all of it. */
function Copyable({ hash }: { hash: Hash }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(hash);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <button type="button" className="copy hash" title={hash} data-hash={hash} aria-label={`Copy the transaction's hash, ${short(hash)}`} onClick={() => void copy().catch(() => {})}>
      {copied ? "copied" : short(hash)}
    </button>
  );
}
