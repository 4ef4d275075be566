import { formatUnits } from "viem";
import { type Story, story } from "../steps.js";
import type { Transfer } from "../transfers.js";
import { useChainName, useNetwork } from "../useNetwork.js";
import { useFollow } from "../useFollow.js";
import { shortened } from "./Balances.js";
import { short } from "./Accounts.js";
import { Steps } from "./Steps.js";

/** A transfer with its timeline. */
export function TransferStory({ transfer }: { transfer: Transfer }) {
  const { transfers } = useNetwork();
  const name = useChainName();
  const { status, refused, deliveredAt, away } = useFollow(transfer);
  const source = name(transfer.source);
  const destination = name(transfer.destination);
  const told: Story = story({ ...transfer, hash: transfer.hash, asking: transfers.isAsking(transfer.id), status, refused, deliveredAt, source, destination });
  const amount = `${shortened(formatUnits(BigInt(transfer.amount), transfer.decimals))} ${transfer.symbol}`;
  const isOver = told.tone === "good" || told.tone === "bad" || told.tone === "warn";

  return (
    <article className="transfer" aria-label={`${amount} from ${source} to ${destination}`} data-state={status?.state ?? "unknown"}>
      <header>
        <h3>
          {amount} <span className="quiet">{source} → {destination}</span>
        </h3>
        <span className={`state ${told.tone}`} role="status">
          <span className="unseen">{amount} to {destination}: </span>
          {told.headline}
        </span>
      </header>
      {transfer.recipient === transfer.account ? null : (
        <p className="quiet">
          To <span className="hash" title={transfer.recipient}>{short(transfer.recipient)}</span>
        </p>
      )}
      {away && told.tone !== "good" ? (
        <p className="notice warn" role="status">
          A chain&rsquo;s node does not answer. What is shown is what was known last; it goes on when the node is back.
        </p>
      ) : null}
      <Steps steps={told.steps} />
      {isOver ? (
        <div>
          <button type="button" className="button small" onClick={() => transfers.remove(transfer.id)}>
            Forget<span className="unseen"> {amount} to {destination}</span>
          </button>
        </div>
      ) : null}
    </article>
  );
}
