import { parseUnits } from "viem";

/** What somebody typed: an amount in the smallest unit, or why it is none. */
export type Amount = { value: bigint } | { fault: string };

/** Reads an amount as people write it. No comma: `1,000` is a thousand to some and one to others. */
export function readAmount(text: string, decimals: number): Amount {
  const written = text.trim();
  if (!written) return { fault: "Enter an amount." };
  if (/^[-−]/.test(written)) return { fault: "The amount has to be more than zero." };
  if (written.includes(",")) return { fault: "Write a point before the decimals, and nothing between thousands: 1000.5" };
  if (!/^(\d+\.?\d*|\.\d+)$/.test(written)) return { fault: "Write the amount as a number, such as 1.5" };
  const [, fraction = ""] = written.split(".");
  if (fraction.length > decimals) return { fault: `At most ${decimals} digits may stand after the point.` };
  const value = parseUnits(written, decimals);
  if (value === 0n) return { fault: "The amount has to be more than zero." };
  if (value >= 2n ** 256n) return { fault: "That is more than there can be." };
  return { value };
}
