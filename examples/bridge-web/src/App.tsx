import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { WagmiProvider } from "wagmi";
import { configOf } from "./config.js";
import { type Network, NoDevnetError, adminUrl, findDevnet } from "./network.js";
import { Bridge } from "./parts/Bridge.js";
import { NetworkContext } from "./useNetwork.js";
import { openTransfers } from "./transfers.js";

// Nodes are near, and the page says itself when one is away: it is asked again soon, whatever the browser thinks of being online.
const queries = new QueryClient({ defaultOptions: { queries: { retry: 0, networkMode: "always" }, mutations: { networkMode: "always" } } });

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Devnet />
    </QueryClientProvider>
  );
}

/** Finds the devnet, and says how to start one as long as there is none. */
function Devnet() {
  const [admin] = useState(() => adminUrl(location.search));
  const { data: network, error } = useQuery({
    queryKey: ["devnet", admin],
    queryFn: ({ signal }) => findDevnet(admin, signal),
    refetchInterval: ({ state }) => (state.data ? false : 1_000),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (network) return <Page network={network} />;
  if (!error) return <main className="away" aria-busy="true">Looking for a devnet…</main>;
  return (
    <main className="away">
      <h1>No devnet yet</h1>
      <p role="status">{error instanceof NoDevnetError ? error.message : "The devnet does not answer as it should."}</p>
      <p>Start one; this page goes on by itself:</p>
      <pre>
        <code>causeway devnet --autorelay</code>
      </pre>
    </main>
  );
}

function Page({ network }: { network: Network }) {
  const value = useMemo(() => ({ network, transfers: openTransfers(network.genesis) }), [network]);
  const config = useMemo(() => configOf(network), [network]);
  return (
    <NetworkContext value={value}>
      <WagmiProvider config={config}>
        <Bridge />
      </WagmiProvider>
    </NetworkContext>
  );
}
