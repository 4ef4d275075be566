import { type MessageStatus, SendingReplacedError, SendingRevertedError } from "@causeway-interop/viem";
import { useMessageStatus } from "@causeway-interop/wagmi";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Hash } from "viem";
import { useBlock, usePublicClient } from "wagmi";
import { findSent } from "./fate.js";
import type { Transfer } from "./transfers.js";
import { useNetwork } from "./useNetwork.js";
import { isAway } from "./words.js";

export interface Followed {
  status: MessageStatus | undefined;
  /** The transaction sent no message, and never will: why. */
  refused: string | undefined;
  /** Timestamp of the block that delivered it, in seconds. */
  deliveredAt: bigint | undefined;
  /** A node does not answer: the rest is what was known last. */
  away: boolean;
}

/** Follows a transfer, and notes when it was first seen in a state. */
export function useFollow(transfer: Transfer): Followed {
  const { transfers } = useNetwork();
  useSearch(transfer);

  const { data: status, error } = useMessageStatus({ hash: transfer.hash, chainId: transfer.source, destination: transfer.destination });
  const state = status?.state;
  useEffect(() => {
    if (state) transfers.saw(transfer.id, state);
  }, [transfers, transfer.id, state]);

  const delivery = status?.state === "delivered" ? status.delivery : undefined;
  const { data: block } = useBlock({
    chainId: transfer.destination,
    ...(delivery ? { blockNumber: delivery.blockNumber } : {}),
    query: { enabled: Boolean(delivery), staleTime: Number.POSITIVE_INFINITY },
  });

  const refused = error instanceof SendingRevertedError || error instanceof SendingReplacedError;
  return {
    status,
    refused: refused ? `${error.shortMessage} Nothing left the account but the fee.` : undefined,
    deliveredAt: block?.timestamp,
    away: Boolean(error && !refused && isAway(error)),
  };
}

/** Looks for the transaction of a transfer that has none: what the wallet answered was lost. */
function useSearch(transfer: Transfer) {
  const { transfers } = useNetwork();
  const client = usePublicClient({ chainId: transfer.source });
  const known = transfers.all().flatMap(({ hash }): Hash[] => (hash ? [hash] : []));
  const { data: found } = useQuery({
    // What is found may be another's, who was quicker: then it is looked for anew.
    queryKey: ["found", transfer.id, known],
    queryFn: async () => (client && (await findSent(client, transfer, new Set(known)))) ?? null,
    enabled: !transfer.hash && Boolean(client),
    refetchInterval: ({ state }) => (state.data ? false : 1_000),
  });
  useEffect(() => {
    if (found) transfers.update(transfer.id, { hash: found });
  }, [transfers, transfer.id, found]);
}
