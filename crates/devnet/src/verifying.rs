//! The devnet's own verifier: the same as everybody's, over the gateways, so that it sees what users see.

use crate::{ChainKind, DevnetConfig, DevnetError, RunningChain};
use causeway_chain::Endpoint;
use causeway_interop::DependencySet;
use causeway_verifier::{
    OnDeepReorg, Server, ServerConfig, ServerHandle, SourceConfig, Verifier, VerifierConfig, VerifierService,
};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A verifier that runs in a devnet, and the server that answers for it.
#[derive(Debug)]
pub(crate) struct Verifying {
    service: VerifierService,
    server: ServerHandle,
    stop: CancellationToken,
}

impl Verifying {
    /// Follows the L2 chains from their first blocks on, and answers on a port.
    pub(crate) fn start(
        chains: &[RunningChain],
        set: &DependencySet,
        devnet: &DevnetConfig,
        listener: TcpListener,
    ) -> Result<Self, DevnetError> {
        let failed = |reason: String| DevnetError::Verifier { reason };
        let l2 = chains.iter().filter(|chain| chain.kind == ChainKind::L2);
        let source = |chain: &RunningChain| {
            let endpoint: Endpoint = chain.http_url.parse().map_err(|_| failed(chain.http_url.clone()))?;
            Ok(SourceConfig { start_block: Some(0), ..SourceConfig::new(chain.chain_id, endpoint) })
        };
        let sources = l2.map(source).collect::<Result<_, DevnetError>>()?;
        let mut config = VerifierConfig::new(set.clone(), sources);
        config.same_timestamp = devnet.same_timestamp;
        // Whoever plays with a devnet may take its chains back to where nothing is left of what was seen.
        config.on_deep_reorg = OnDeepReorg::Forget;
        let service = VerifierService::start(config).map_err(|error| failed(error.to_string()))?;
        // Requests in flight shall not hold up the end of a devnet.
        let build = devnet.build.clone();
        let limits = ServerConfig { grace: Duration::from_millis(500), build, ..ServerConfig::default() };
        let server =
            Server::on(listener, service.verifier(), limits).map_err(|error| failed(error.to_string()))?;
        let stop = CancellationToken::new();
        Ok(Self { service, server: server.start(stop.clone()), stop })
    }

    /// The handle for those who ask in this process.
    pub(crate) fn verifier(&self) -> Verifier {
        self.service.verifier()
    }

    /// Ends the server, then the service.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.server.stopped().await;
        if let Err(error) = self.service.shutdown().await {
            tracing::error!(%error, "the verifier did not end in order");
        }
    }
}
