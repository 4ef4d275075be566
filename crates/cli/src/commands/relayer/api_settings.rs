//! Who is answered and who is told, by flags, environment and configuration: what is typed counts most.

use crate::{
    at_file,
    config::RelayerSection,
    context::Context,
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    parse, secret_file,
};
use causeway_relayer::api::{AllowedOrigins, ApiToken, Webhook, WebhookSecret};
use clap::Args;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Where it listens when nobody says where.
const DEFAULT: &str = "127.0.0.1:8460";

/// Under which they stand in a help text: they need no port.
const WEBHOOKS: &str = "Webhooks";

/// Who is answered, and who is told.
#[derive(Debug, Args)]
#[command(next_help_heading = "HTTP API")]
pub(crate) struct ApiArgs {
    /// Answer HTTP on this address and port [default: relayer.listen of the configuration, else none; without an address 127.0.0.1:8460]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = DEFAULT)]
    listen: Option<SocketAddr>,
    /// File with the token of those who may retry, skip and relay [default: what CAUSEWAY_RELAYER_TOKEN says, else
    /// relayer.api-token-file of the configuration, else nobody may]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    api_token_file: Option<PathBuf>,
    /// A name by which it may be asked, beside addresses and localhost (repeatable)
    #[arg(long, value_name = "NAME")]
    api_host: Vec<String>,
    /// An origin, as browsers write it, whose pages may read the API (repeatable)
    #[arg(long, value_name = "ORIGIN")]
    api_origin: Vec<String>,
    /// Tell this URL, or that in @FILE, of deliveries, failures and what expires (repeatable)
    #[arg(long, value_name = "URL", help_heading = WEBHOOKS)]
    webhook_url: Vec<String>,
    /// File with what the webhooks are signed by: whsec_ and base64
    #[arg(long, value_name = "PATH", value_parser = parse::path(), help_heading = WEBHOOKS)]
    webhook_secret_file: Option<PathBuf>,
}

/// What counts.
pub(super) struct Settings {
    pub(super) listen: Option<SocketAddr>,
    pub(super) token: Option<ApiToken>,
    pub(super) hosts: Vec<String>,
    pub(super) origins: AllowedOrigins,
    pub(super) webhooks: Vec<Webhook>,
}

/// Where a token or a secret stands, and how it was named.
struct Named<'a> {
    by: &'a str,
    file: PathBuf,
}

impl Settings {
    pub(super) fn of(args: &ApiArgs, context: &Context<'_>) -> Outcome<Self> {
        let section = &context.loaded.config.relayer;
        let listen = args.listen.or(section.listen);
        if listen.is_none() {
            refuse_what_needs_a_port(args)?;
        }
        let settings = Self {
            listen,
            // A token that nobody can show is none: it is not even read.
            token: if listen.is_some() { token(args, section, context)? } else { None },
            hosts: names(&args.api_host, section.api_hosts.iter()),
            origins: origins(args, section)?,
            webhooks: webhooks(args, section, context)?,
        };
        Ok(settings)
    }
}

/// A flag that is typed and does nothing is a mistake; a key that does nothing may wait for another day.
fn refuse_what_needs_a_port(args: &ApiArgs) -> Outcome {
    let flags = [
        ("--api-token-file", args.api_token_file.is_some()),
        ("--api-host", !args.api_host.is_empty()),
        ("--api-origin", !args.api_origin.is_empty()),
    ];
    match flags.iter().find(|(_, is_typed)| *is_typed) {
        None => Ok(()),
        Some((flag, _)) => {
            Err(Failure::usage(format!("{flag} is of no use where the relayer does not listen"))
                .with_hint("add --listen, or set `relayer.listen` in causeway.toml"))
        }
    }
}

/// What is typed, or else what the configuration says.
fn names<'a>(typed: &[String], configured: impl Iterator<Item = &'a String>) -> Vec<String> {
    if typed.is_empty() { configured.cloned().collect() } else { typed.to_vec() }
}

fn token(args: &ApiArgs, section: &RelayerSection, context: &Context<'_>) -> Outcome<Option<ApiToken>> {
    let named = |by, file: &Path| Some(Named { by, file: file.to_owned() });
    let mut source = args.api_token_file.as_deref().and_then(|file| named("--api-token-file", file));
    if source.is_none()
        && let Some(value) = environment::read(environment::RELAYER_TOKEN)
    {
        let wrong =
            |failure: Failure| wrong_token(failure).context(format!("wrong {}", environment::RELAYER_TOKEN));
        let value =
            value.to_str().ok_or_else(|| wrong(Failure::usage("it is no text in UTF-8".to_owned())))?;
        let Some(path) = value.trim().strip_prefix('@') else {
            // Whoever guesses the name would be let in.
            if let Some(hint) = at_file::forgotten(value) {
                return Err(wrong(Failure::usage("it is no token").with_hint(hint)));
            }
            context.printer.hidden().key(value.trim());
            return ApiToken::new(value).map(Some).map_err(|error| wrong(Failure::usage(error)));
        };
        let path = environment::expand(Path::new(path)).map_err(|error| wrong(Failure::usage(error)))?;
        source = named(environment::RELAYER_TOKEN, &path);
    }
    let source = source
        .or_else(|| section.api_token_file.as_deref().and_then(|file| named("relayer.api-token-file", file)));
    let Some(Named { by, file }) = source else { return Ok(None) };
    let wrong = |failure: Failure| {
        wrong_token(failure)
            .context(format!("cannot use the API's token in {}, which {by} names", file.display()))
    };
    let text = secret(&file, "file with the API's token", context).map_err(wrong)?;
    context.printer.hidden().key(text.trim());
    ApiToken::new(&text).map(Some).map_err(|error| wrong(Failure::usage(error)))
}

fn wrong_token(failure: Failure) -> Failure {
    failure.with_code(ErrorCode::InvalidKey).or_hint("make one with: openssl rand -hex 32 > api-token")
}

fn origins(args: &ApiArgs, section: &RelayerSection) -> Outcome<AllowedOrigins> {
    let by = if args.api_origin.is_empty() { "relayer.api-origins" } else { "--api-origin" };
    let origins = names(&args.api_origin, section.api_origins.iter());
    AllowedOrigins::new(origins.iter().map(String::as_str))
        .what(format!("wrong {by}"))
        .bad_input()
        .hint("as a browser sends it: https://dapp.example, or http://localhost:5173")
}

fn webhooks(args: &ApiArgs, section: &RelayerSection, context: &Context<'_>) -> Outcome<Vec<Webhook>> {
    let mut urls = args.webhook_url.clone();
    if urls.is_empty() {
        urls.extend(section.webhook_urls.iter().map(|url| url.expose().to_owned()));
    }
    let file = args.webhook_secret_file.as_deref().or(section.webhook_secret_file.as_deref());
    let Some(path) = file.filter(|_| !urls.is_empty()) else {
        return match (urls.is_empty(), &args.webhook_secret_file) {
            (true, None) => Ok(Vec::new()),
            (true, Some(_)) => {
                Err(Failure::usage("--webhook-secret-file is of no use without a webhook".to_owned())
                    .with_hint("add --webhook-url, or set `relayer.webhook-urls` in causeway.toml"))
            }
            (false, _) => Err(Failure::usage(
                "what webhooks are told has to be signed, and no secret is named".to_owned(),
            )
            .with_hint(
                "make one with: openssl rand -base64 32 | sed 's/^/whsec_/' > webhook-secret, and name it by \
                     --webhook-secret-file or `relayer.webhook-secret-file`",
            )),
        };
    };
    let wrong = |failure: Failure| {
        failure
            .with_code(ErrorCode::InvalidKey)
            .context(format!("cannot use the webhooks' secret in {}", path.display()))
            .or_hint("make one with: openssl rand -base64 32 | sed 's/^/whsec_/' > webhook-secret")
    };
    let text = secret(path, "file with the webhooks' secret", context).map_err(wrong)?;
    context.printer.hidden().key(text.trim());
    let secret = WebhookSecret::new(&text).map_err(|error| wrong(Failure::usage(error)))?;
    let mut webhooks: Vec<Webhook> = Vec::new();
    for url in &urls {
        let webhook = webhook(url, &secret, context)?;
        if webhooks.iter().any(|other| other.is_to_same(&webhook)) {
            return Err(Failure::usage(format!("two of the webhooks are of one URL, at {webhook}"))
                .with_hint("name it once: it would be told everything twice"));
        }
        webhooks.push(webhook);
    }
    Ok(webhooks)
}

/// What stands in a file, if nobody else may change it.
fn secret(path: &Path, what: &str, context: &Context<'_>) -> Outcome<String> {
    secret_file::read_shared(path, what, |text| context.printer.warn(text))
}

fn webhook(text: &str, signed_by: &WebhookSecret, context: &Context<'_>) -> Outcome<Webhook> {
    let url = match text.strip_prefix('@') {
        None => text.to_owned(),
        Some(path) => environment::expand(Path::new(path))
            .what(format!("cannot read the URL of a webhook from {path}"))
            .bad_input()
            .and_then(|path| secret(&path, "file with a webhook's URL", context))
            .hint("the file after the @ holds one URL")?,
    };
    Webhook::new(&url, signed_by.clone()).what("wrong URL for a webhook").bad_input().hint(
        at_file::forgotten(text).unwrap_or("expected https:// or http:// and a host, or @FILE with one"),
    )
}
