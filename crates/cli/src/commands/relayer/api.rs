//! The HTTP API of `causeway relayer run`: whether, where and for whom.

use super::{
    api_settings::{ApiArgs, Settings},
    beacon::Beacon,
    database::Database,
};
use crate::{
    build_info::build_info,
    context::Context,
    events::ServiceEvent,
    failure::{ErrorCode, Outcome, OutcomeExt},
};
use causeway_interop::DependencySet;
use causeway_relayer::{
    RelayChain, RelayerHandle,
    api::{AllowedHosts, Api, ApiConfig, ApiHandle},
};
use causeway_store::Store;
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// An API that answers, or tells, as long as the command runs.
pub(super) struct Service {
    api: Api,
    serving: Option<ApiHandle>,
    _beacon: Option<Beacon>,
    stop: CancellationToken,
}

/// Opens the port, if one is wanted, and begins to tell webhooks, if there are some.
pub(super) async fn open(
    args: &ApiArgs,
    (store, database): (&Store, &Database),
    set: Option<&DependencySet>,
    context: &Context<'_>,
) -> Outcome<Option<Service>> {
    let settings = Settings::of(args, context)?;
    if settings.listen.is_none() && settings.webhooks.is_empty() {
        return Ok(None);
    }
    let mut config = ApiConfig {
        token: settings.token,
        hosts: AllowedHosts::new(settings.hosts),
        origins: settings.origins,
        webhooks: settings.webhooks,
        build: build_info(),
        ..ApiConfig::default()
    };
    if let Some(set) = set {
        config.expiry_window = set.expiry_window();
    }
    config.signing_margin = context.loaded.config.relayer.expiry_margin.get().as_secs();
    // In time to do something about it.
    let margin = config.expiry_margin.max(config.signing_margin.saturating_mul(2));
    config.expiry_margin = margin.min(config.expiry_window / 2);
    let has_token = config.token.is_some();
    let stop = CancellationToken::new();
    let api = Api::new(store.clone(), config, stop.clone()).what("cannot set the HTTP API up")?;
    let (mut serving, mut beacon) = (None, None);
    if let Some(address) = settings.listen {
        let (handle, address) = serve(&api, address, has_token, context).await?;
        serving = Some(handle);
        beacon = Beacon::light(database, address).unwrap_or_else(|error| {
            tracing::warn!(%error, "no command finds this relayer's address by itself");
            None
        });
    }
    Ok(Some(Service { api, serving, _beacon: beacon, stop }))
}

impl Service {
    /// Shows a relayer that has just begun.
    pub(super) fn attach(&self, relayer: &mut RelayerHandle, chains: &[RelayChain]) {
        self.api.attach(chains, relayer.events(), Arc::new(relayer.controls()));
    }

    /// Answers what is being asked, and ends.
    pub(super) async fn end(self) {
        self.stop.cancel();
        if let Some(serving) = self.serving {
            serving.stopped().await;
        }
    }
}

/// Begins to listen. Returns where.
async fn serve(
    api: &Api,
    address: SocketAddr,
    has_token: bool,
    context: &Context<'_>,
) -> Outcome<(ApiHandle, SocketAddr)> {
    let listener = TcpListener::bind(address)
        .await
        .what(format!("cannot listen on {address}"))
        .code(ErrorCode::PortInUse)
        .hint("is another relayer running there? name another port with --listen, or take a free one: --listen 127.0.0.1:0")?;
    let address = listener.local_addr().what("cannot tell the port")?;
    if !address.ip().is_loopback() && !has_token {
        context.printer.warn(&format!(
            "everybody who reaches {address} may read what this relayer knows; without --api-token-file nobody can \
             command it"
        ));
    }
    let url = format!("http://{address}");
    tracing::info!(url, "listening");
    context.printer.event(&format!("listening on {url}"), &ServiceEvent::Listening { url });
    Ok((api.serve(listener), address))
}
