import { useState } from "react";
import type { Address } from "viem";
import { useConnection, useConnect, useConnectors, useDisconnect } from "wagmi";
import { words } from "../words.js";
import { Accounts } from "./Accounts.js";
import { Balances } from "./Balances.js";
import { Form } from "./Form.js";
import { OnTheWay } from "./OnTheWay.js";

const CHOSEN = "causeway.account";

/** The whole page: who sends, what, and what is on its way. */
export function Bridge() {
  const { addresses = [], status } = useConnection();
  const [chosen, choose] = useState(() => localStorage.getItem(CHOSEN));
  const account = addresses.find((address) => address === chosen) ?? addresses[0];
  const onChoose = (address: Address) => {
    choose(address);
    try {
      localStorage.setItem(CHOSEN, address);
    } catch {
      // Full: after a reload it has to be chosen again.
    }
  };

  return (
    <div className="page">
      <header className="masthead">
        <div className="brand">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="var(--accent)" />
            <path d="M5 22c6-12 16-12 22 0M5 22h22M11 15.6V22M16 13v9M21 15.6V22" fill="none" stroke="var(--on-accent)" strokeWidth="2" strokeLinecap="round" />
          </svg>
          <div>
            <h1>Causeway bridge</h1>
            <p>between the chains of a devnet</p>
          </div>
        </div>
        {account ? <Connected account={account} addresses={addresses} onChoose={onChoose} /> : null}
      </header>
      <main className="columns">
        {account ? <Form account={account} key={account} /> : <Connect waiting={status === "reconnecting"} />}
        <OnTheWay />
        {account ? <Balances account={account} /> : null}
      </main>
    </div>
  );
}

function Connected(props: { account: Address; addresses: readonly Address[]; onChoose: (account: Address) => void }) {
  const { mutate: disconnect } = useDisconnect();
  return (
    <div className="who">
      <Accounts {...props} />
      <button type="button" className="button small" onClick={() => disconnect({})}>
        Disconnect
      </button>
    </div>
  );
}

function Connect({ waiting }: { waiting: boolean }) {
  const [connector] = useConnectors();
  const { mutate: connect, error, isPending } = useConnect();
  const busy = waiting || isPending;
  return (
    <section className="card" aria-labelledby="connect">
      <h2 id="connect">Move ETH and tokens</h2>
      <p className="quiet">
        The devnet&rsquo;s nodes sign for ten accounts that have ether on every chain. No wallet is needed, and no key is in this page.
      </p>
      {error ? <Fault error={error} /> : null}
      <button
        type="button"
        className="button main"
        aria-disabled={busy}
        onClick={() => {
          if (connector && !busy) connect({ connector });
        }}
      >
        {busy ? "Connecting…" : "Connect the devnet’s accounts"}
      </button>
    </section>
  );
}

function Fault({ error }: { error: Error }) {
  const { what, todo } = words(error);
  return (
    <div className="notice bad" role="alert">
      <p>{what}</p>
      {todo ? <p className="todo">{todo}</p> : null}
    </div>
  );
}
