//! The HTTP API of `causeway relayer run`: whether, where and for whom.

use crate::{
    build_info::build_info,
    context::Context,
    environment,
    events::ServiceEvent,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    parse,
};
use causeway_interop::DependencySet;
use causeway_relayer::{
    RelayChain, RelayerHandle,
    api::{AllowedHosts, AllowedOrigins, Api, ApiConfig, ApiHandle, ApiToken, Webhook, WebhookSecret},
};
use causeway_store::Store;
use clap::Args;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Where it listens when nobody says where.
const DEFAULT: &str = "127.0.0.1:8460";

/// Who is answered, and who is told.
#[derive(Debug, Args)]
#[command(next_help_heading = "HTTP API")]
pub(crate) struct ApiArgs {
    /// Answer HTTP on this address and port [default: on none; without an address 127.0.0.1:8460]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = DEFAULT)]
    listen: Option<SocketAddr>,
    /// File with the token of those who may retry, skip and relay [default: nobody may]
    #[arg(long, value_name = "PATH", value_parser = parse::path(), requires = "listen")]
    api_token_file: Option<PathBuf>,
    /// A name by which it may be asked, beside addresses and localhost (repeatable)
    #[arg(long, value_name = "NAME", requires = "listen")]
    api_host: Vec<String>,
    /// An origin, as browsers write it, whose pages may read the API (repeatable)
    #[arg(long, value_name = "ORIGIN", requires = "listen")]
    api_origin: Vec<String>,
    /// Tell this URL, or that in @FILE, of deliveries, failures and what expires (repeatable)
    #[arg(long, value_name = "URL", requires = "webhook_secret_file")]
    webhook_url: Vec<String>,
    /// File with what the webhooks are signed by: whsec_ and base64
    #[arg(long, value_name = "PATH", value_parser = parse::path(), requires = "webhook_url")]
    webhook_secret_file: Option<PathBuf>,
}

/// An API that answers, or tells, as long as the command runs.
pub(super) struct Service {
    api: Api,
    serving: Option<ApiHandle>,
    stop: CancellationToken,
}

impl ApiArgs {
    /// Opens the port, if one is wanted, and begins to tell webhooks, if there are some.
    pub(super) async fn open(
        &self,
        store: &Store,
        set: Option<&DependencySet>,
        context: &Context<'_>,
    ) -> Outcome<Option<Service>> {
        if self.listen.is_none() && self.webhook_url.is_empty() {
            return Ok(None);
        }
        let mut config = ApiConfig {
            token: self.api_token_file.as_deref().map(read_token).transpose()?,
            hosts: AllowedHosts::new(self.api_host.iter().cloned()),
            origins: self.origins()?,
            webhooks: self.webhooks()?,
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
        let serving = match self.listen {
            None => None,
            Some(address) => Some(serve(&api, address, has_token, context).await?),
        };
        Ok(Some(Service { api, serving, stop }))
    }

    fn origins(&self) -> Outcome<AllowedOrigins> {
        AllowedOrigins::new(self.api_origin.iter().map(String::as_str))
            .what("wrong --api-origin")
            .bad_input()
            .hint("as a browser sends it: https://dapp.example, or http://localhost:5173")
    }

    fn webhooks(&self) -> Outcome<Vec<Webhook>> {
        let Some(path) = &self.webhook_secret_file else { return Ok(Vec::new()) };
        let wrong = |failure: Failure| {
            failure
                .with_code(ErrorCode::InvalidKey)
                .context(format!("cannot use the webhooks' secret in {}", path.display()))
                .with_hint("make one with: openssl rand -base64 32 | sed 's/^/whsec_/' > webhook-secret")
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(Failure::usage(error)))?;
        let secret = WebhookSecret::new(&text).map_err(|error| wrong(Failure::usage(error)))?;
        self.webhook_url.iter().map(|url| webhook(url, &secret)).collect()
    }
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

async fn serve(api: &Api, address: SocketAddr, has_token: bool, context: &Context<'_>) -> Outcome<ApiHandle> {
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
    Ok(api.serve(listener))
}

fn read_token(path: &Path) -> Outcome<ApiToken> {
    let wrong = |failure: Failure| {
        failure
            .with_code(ErrorCode::InvalidKey)
            .context(format!("cannot use the API's token in {}", path.display()))
            .with_hint("make one with: openssl rand -hex 32 > api-token")
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(Failure::usage(error)))?;
    ApiToken::new(&text).map_err(|error| wrong(Failure::usage(error)))
}

fn webhook(text: &str, secret: &WebhookSecret) -> Outcome<Webhook> {
    let url = match text.strip_prefix('@') {
        None => text.to_owned(),
        Some(path) => environment::expand(Path::new(path))
            .and_then(std::fs::read_to_string)
            .what(format!("cannot read the URL of a webhook from {path}"))
            .bad_input()
            .hint("the file after the @ holds one URL")?,
    };
    Webhook::new(&url, secret.clone())
        .what("wrong URL for a webhook")
        .bad_input()
        .hint("expected https:// or http:// and a host, or @FILE with one")
}
