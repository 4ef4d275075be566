import { type FormEvent, useState } from "react";
import { type Address, getAddress, isAddress, parseUnits } from "viem";
import { formatUnits } from "viem";
import { readAmount } from "../amount.js";
import { useBalanceOf, useToken } from "../useBalances.js";
import { useChainName, useNetwork } from "../useNetwork.js";
import { useGetTokens } from "../useGetTokens.js";
import { useTransfer } from "../useTransfer.js";
import { words } from "../words.js";
import { Figure } from "./Balances.js";

type Asset = "eth" | "token";

/** What `Max` leaves of the account's ether, for fees: they are small on a devnet, and a wallet says so if they are not. */
const FOR_FEES = parseUnits("0.001", 18);

/** Says what to send where, and sends it. */
export function Form({ account }: { account: Address }) {
  const { network } = useNetwork();
  const name = useChainName();
  const [asset, setAsset] = useState<Asset>("eth");
  const [route, setRoute] = useState(() => firstRoute(network.chains.map(({ id }) => id)));
  const [typed, type] = useState("");
  const [to, setTo] = useState("");
  const [tried, setTried] = useState(false);
  // It has sent, and emptied its field: nothing is wrong with that, even if Enter is pressed once more.
  const [emptied, setEmptied] = useState(false);
  const destinations = network.reachable(route.source);
  const destination = destinations.some(({ id }) => id === route.destination) ? route.destination : destinations[0]?.id;

  const token = useToken(route.source);
  const { symbol, decimals } = asset === "eth" ? { symbol: "ETH", decimals: 18 } : token;
  const balance = useBalanceOf(asset, account, route.source);
  const transfer = useTransfer();

  const amount = readAmount(typed, decimals);
  const faults = {
    amount: "fault" in amount ? amount.fault : overdrawn(amount.value, balance.value, symbol, name(route.source)),
    recipient: to.trim() ? recipientFault(to.trim(), network.token) : undefined,
    destination: destination === undefined ? `No chain takes messages of ${name(route.source)}.` : undefined,
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (transfer.isPending) return;
    if (emptied && !typed) return document.getElementById("amount")?.focus();
    setTried(true);
    const wrong = faults.amount ? "amount" : faults.recipient ? "recipient" : undefined;
    if (wrong) document.getElementById(wrong)?.focus();
    if (wrong || faults.destination || "fault" in amount || destination === undefined) return;
    transfer.send(
      {
        asset,
        symbol,
        decimals,
        amount: amount.value,
        source: route.source,
        destination,
        account,
        recipient: to.trim() ? getAddress(to.trim()) : account,
      },
      () => {
        // What was typed since is not what was sent.
        type((now) => (now === typed ? "" : now));
        setTried(false);
        setEmptied(true);
      },
    );
  };

  return (
    <form className="card" onSubmit={submit} noValidate aria-labelledby="send">
      <h2 id="send">Send to another chain</h2>
      <fieldset>
        <legend>What</legend>
        <div className="choice">
          {(["eth", "token"] as const).map((each) => (
            <label key={each}>
              <input type="radio" name="asset" value={each} checked={asset === each} onChange={() => setAsset(each)} />
              {each === "eth" ? "ETH" : token.symbol}
            </label>
          ))}
        </div>
      </fieldset>

      <div className="route">
        <ChainChoice label="From" id="source" value={route.source} chains={network.chains} onChange={(source) => setRoute({ ...route, source })} />
        <button
          type="button"
          className="button round"
          aria-label="Swap the two chains"
          onClick={() => destination !== undefined && setRoute({ source: destination, destination: route.source })}
        >
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
            <path d="M3 7h13m-4-4 4 4-4 4M17 13H4m4-4-4 4 4 4" />
          </svg>
        </button>
        <ChainChoice
          label="To"
          id="destination"
          value={destination}
          chains={destinations}
          onChange={(chosen) => setRoute({ ...route, destination: chosen })}
        />
      </div>
      {faults.destination ? <p className="fault">{faults.destination}</p> : null}

      <div className="field">
        <label htmlFor="amount">Amount</label>
        <div className="with-button">
          <input
            id="amount"
            type="text"
            inputMode="decimal"
            autoComplete="off"
            placeholder="0.0"
            value={typed}
            onChange={(event) => {
              type(event.target.value);
              setEmptied(false);
            }}
            aria-invalid={Boolean(tried && faults.amount)}
            aria-describedby="amount-hint amount-fault"
          />
          <button type="button" className="button" onClick={() => type(formatUnits(most(balance.value, asset), decimals))}>
            Max
          </button>
        </div>
        <p className="hint" id="amount-hint">
          <span>
            You have <Figure balance={balance} decimals={decimals} /> {symbol} on {name(route.source)}
          </span>
          {asset === "token" ? <GetTokens account={account} chainId={route.source} symbol={symbol} decimals={decimals} /> : null}
        </p>
        <p className="fault" id="amount-fault" aria-live="polite">
          {tried ? faults.amount : null}
        </p>
      </div>

      <div className="field">
        <label htmlFor="recipient">To another address (optional)</label>
        <input
          id="recipient"
          type="text"
          className="hash"
          autoComplete="off"
          spellCheck={false}
          placeholder="The same account"
          value={to}
          onChange={(event) => setTo(event.target.value)}
          aria-invalid={Boolean(tried && faults.recipient)}
          aria-describedby="recipient-fault"
        />
        <p className="fault" id="recipient-fault" aria-live="polite">
          {tried ? faults.recipient : null}
        </p>
      </div>

      <button type="submit" className="button main" aria-disabled={transfer.isPending}>
        {transfer.isPending ? "Sending…" : `Send ${symbol} to ${destination === undefined ? "…" : name(destination)}`}
      </button>
      <SendingFault error={transfer.error} />
    </form>
  );
}

function firstRoute([source = 0, destination = 0]: number[]) {
  return { source, destination };
}

function overdrawn(amount: bigint, balance: bigint | undefined, symbol: string, chain: string): string | undefined {
  if (balance === undefined || amount <= balance) return undefined;
  return `That is more ${symbol} than the account has on ${chain}.`;
}

function recipientFault(to: string, token: Address): string | undefined {
  if (!/^0x[0-9a-fA-F]{40}$/.test(to)) return "An address is 0x and 40 hexadecimal digits.";
  if (!isAddress(to)) return "The address has a typing error: its capitals do not fit its digits.";
  if (/^0x0+$/.test(to)) return "What is sent to the zero address is lost.";
  if (getAddress(to) === token) return "That is the token itself: what is sent there is lost.";
  return undefined;
}

function most(balance: bigint | undefined, asset: Asset): bigint {
  if (balance === undefined) return 0n;
  if (asset === "token") return balance;
  return balance > FOR_FEES ? balance - FOR_FEES : 0n;
}

function ChainChoice(props: {
  label: string;
  id: string;
  value: number | undefined;
  chains: readonly { id: number; name: string }[];
  onChange: (chain: number) => void;
}) {
  return (
    <div className="field">
      <label htmlFor={props.id}>{props.label}</label>
      <select id={props.id} value={props.value ?? ""} onChange={(event) => props.onChange(Number(event.target.value))}>
        {props.chains.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function GetTokens({ account, chainId, symbol, decimals }: { account: Address; chainId: number; symbol: string; decimals: number }) {
  const { get, isPending, error } = useGetTokens();
  return (
    <span>
      {error ? <span className="fault">{words(error).what} </span> : null}
      <button type="button" className="link" aria-disabled={isPending} onClick={() => !isPending && get({ account, chainId, amount: parseUnits("100", decimals) })}>
        {isPending ? "Getting…" : `Get 100 ${symbol}`}
      </button>
    </span>
  );
}

function SendingFault({ error }: { error: Error | null }) {
  const said = error ? words(error) : undefined;
  // It is there before it has anything to say: else a screen reader may pass over it.
  return (
    <div role="alert" className={said ? "notice bad" : undefined} data-testid="sending-fault">
      {said ? <p>{said.what}</p> : null}
      {said?.todo ? <p className="todo">{said.todo}</p> : null}
    </div>
  );
}
