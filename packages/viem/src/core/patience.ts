import { AdmissionError } from "../errors/revert.js";
import type { AnyClient } from "./parameters.js";

/** How long a relay is tried again, in milliseconds, while the sequencer does not know the message yet. */
const defaultPatience = 20_000;

/**
 * Tries again as long as the sequencer says that it does not know a message yet: it takes in other chains' blocks a moment after
 * they were made, and some admit only what is older than the block in the making. Such a transaction was refused, not sent.
 */
export async function patiently<result>(client: AnyClient, patience: number | undefined, run: () => Promise<result>): Promise<result> {
  const { pollingInterval } = client;
  for (let left = patience ?? defaultPatience; ; left -= pollingInterval) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof AdmissionError) || error.disposition !== "retry" || left <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, pollingInterval));
    }
  }
}
