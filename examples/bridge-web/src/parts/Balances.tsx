import { type Address, formatUnits } from "viem";
import { type Balance, useBalanceOf, useToken } from "../useBalances.js";
import { useNetwork } from "../useNetwork.js";
import type { NetworkChain } from "../network.js";

/** An amount with as many digits as fit; all of them are in its title. */
export function Figure({ balance, decimals }: { balance: Balance; decimals: number }) {
  if (balance.value === undefined) return <span className="quiet">{balance.old ? "no answer" : "…"}</span>;
  const all = formatUnits(balance.value, decimals);
  return (
    <span className="number" title={all}>
      {shortened(all)}
      {balance.old ? <span className="quiet"> (old)</span> : null}
    </span>
  );
}

/** At most six digits after the point, cut off and not rounded: nobody has more than it says. */
export function shortened(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const kept = fraction.slice(0, 6).replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return kept ? `${grouped}.${kept}` : grouped;
}

/** What the account has on each chain. */
export function Balances({ account }: { account: Address }) {
  const { network } = useNetwork();
  const [first] = network.chains;
  const token = useToken(first?.id ?? 0);
  return (
    <section className="card" aria-labelledby="balances">
      <h2 id="balances">Balances</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Chain</th>
            <th scope="col">ETH</th>
            <th scope="col">{token.symbol}</th>
          </tr>
        </thead>
        <tbody>
          {network.chains.map((chain) => (
            <Row key={chain.id} chain={chain} account={account} decimals={token.decimals} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ chain, account, decimals }: { chain: NetworkChain; account: Address; decimals: number }) {
  const eth = useBalanceOf("eth", account, chain.id);
  const token = useBalanceOf("token", account, chain.id);
  return (
    <tr data-chain={chain.id}>
      <th scope="row">{chain.name}</th>
      <td data-asset="eth">
        <Figure balance={eth} decimals={18} />
      </td>
      <td data-asset="token">
        <Figure balance={token} decimals={decimals} />
      </td>
    </tr>
  );
}
