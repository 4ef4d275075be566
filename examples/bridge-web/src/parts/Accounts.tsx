import { type Address, getAddress } from "viem";

/** An address as people compare it: its beginning and its end. */
export function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** Which of the accounts sends. */
export function Accounts({ account, addresses, onChoose }: { account: Address; addresses: readonly Address[]; onChoose: (account: Address) => void }) {
  return (
    <>
      <label htmlFor="account">Account</label>
      <select id="account" className="hash" value={account} onChange={(event) => onChoose(getAddress(event.target.value))}>
        {addresses.map((address) => (
          <option key={address} value={address}>
            {short(address)}
          </option>
        ))}
      </select>
    </>
  );
}
