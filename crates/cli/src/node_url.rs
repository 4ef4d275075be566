//! A node, or a relayer, that is named by its URL, or by a file that holds it.

use crate::{
    at_file, environment,
    failure::{Failure, Outcome, OutcomeExt},
    hidden::Hidden,
    patience,
};
use causeway_chain::{ConnectOptions, Endpoint, Endpoints};
use causeway_client::{ChainClient, status::RelayerApi};
use std::{path::Path, time::Duration};

/// Whether a chain is named by its URL, or by a file that holds it, and not by its id or name.
pub(crate) fn is_url(text: &str) -> bool {
    text.contains("://") || text.starts_with('@')
}

/// Reads a URL, or the file that holds it: who lists the processes of a machine sees their arguments.
pub(crate) fn endpoint(text: &str) -> Outcome<Endpoint> {
    of(text, "a chain", "expected http://, https://, ws:// or wss:// and a host, or @FILE with one")
}

/// The same for a relayer's API.
fn relayer(text: &str) -> Outcome<Endpoint> {
    let hint = "expected http:// or https:// and a host, where `causeway relayer run --listen` serves, or \
                @FILE with one";
    let endpoint = of(text, "a relayer", hint)?;
    if endpoint.expose().get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")) {
        return Ok(endpoint);
    }
    Err(Failure::usage(format!("wrong URL for a relayer: its API is not asked by {endpoint}"))
        .with_hint(hint))
}

/// The API of the relayer with this URL, of which nothing secret is shown.
pub(crate) fn relayer_api(text: &str, hidden: &Hidden) -> Outcome<RelayerApi> {
    let endpoint = relayer(text)?;
    hidden.endpoint(&endpoint);
    RelayerApi::new(endpoint).what("cannot ask the relayer")
}

fn of(text: &str, whose: &str, hint: &str) -> Outcome<Endpoint> {
    let parse = |url: &str, hint: &str| {
        url.parse().what(format!("wrong URL for {whose}")).bad_input().hint(hint.to_owned())
    };
    match text.strip_prefix('@') {
        None => parse(text, at_file::forgotten(text).unwrap_or(hint)),
        Some(path) => {
            let text = environment::expand(Path::new(path))
                .and_then(std::fs::read_to_string)
                .what(format!("cannot read the URL of {whose} from {path}"))
                .bad_input()
                .hint("the file after the @ holds one URL")?;
            parse(&text, hint).map_err(|failure| failure.context(format!("in {path}")))
        }
    }
}

/// Connects to a node, or to several of one chain, and does not wait for long.
pub(crate) async fn reach<E>(endpoints: &E, what: &str) -> Outcome<ChainClient>
where
    for<'a> &'a E: Into<Endpoints>,
{
    // A person waits at the other end: fewer, shorter tries than a service makes.
    let options = ConnectOptions {
        connect_timeout: Duration::from_secs(3),
        read_retries: 1,
        ..ConnectOptions::default()
    };
    let endpoints = endpoints.into();
    let (cannot, hint) = (format!("cannot reach {what}"), format!("is a node running at {endpoints}?"));
    match patience::within(patience::SHORT, ChainClient::connect::<Endpoints>(&endpoints, &options)).await {
        Ok(connected) => connected.what(cannot).hint(hint),
        Err(silent) => Err(silent.context(cannot).with_hint(hint)),
    }
}
