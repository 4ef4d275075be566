import { useTransfers } from "../useNetwork.js";
import { TransferStory } from "./TransferStory.js";

/** What was sent, newest first. */
export function OnTheWay() {
  const transfers = useTransfers();
  return (
    <section className="card" aria-labelledby="on-the-way">
      <h2 id="on-the-way">On its way</h2>
      {transfers.length ? (
        <div className="transfers">
          {transfers.map((transfer) => (
            <TransferStory key={transfer.id} transfer={transfer} />
          ))}
        </div>
      ) : (
        <p className="quiet">Nothing yet. What you send shows up here, step by step, and stays here when you reload the page.</p>
      )}
    </section>
  );
}
