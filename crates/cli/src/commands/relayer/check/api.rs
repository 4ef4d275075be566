//! Who would be answered over HTTP and who would be told of what happens: nobody is asked or told anything.

use super::{
    super::{api_settings::Settings, args::RunArgs},
    finding::Finding,
};
use crate::context::Context;
use std::{io::ErrorKind, net::SocketAddr};
use tokio::net::TcpListener;

/// Looks at the port, the token, the origins, and what webhooks are told and signed by; nothing, where there is no API.
pub(super) async fn look(args: &RunArgs, context: &Context<'_>) -> Vec<Finding> {
    let settings = match Settings::of(&args.api, context) {
        Ok(settings) => settings,
        Err(failure) => {
            let remedy = failure.hint().unwrap_or("look at the keys of the API in docs/configuration.md");
            return vec![Finding::error("api", failure.message(), remedy)];
        }
    };
    let mut findings = Vec::new();
    if let Some(address) = settings.listen {
        let has_token = settings.token.is_some();
        findings.push(port(address, has_token).await);
        if !address.ip().is_loopback() && !has_token {
            findings.push(Finding::warning(
                "api",
                format!("everybody who reaches {address} may read what the relayer knows"),
                "listen on 127.0.0.1 behind a proxy, or see that only those reach it who may",
            ));
        }
    }
    match settings.webhooks.len() {
        0 => {}
        1 => findings.push(Finding::ok("webhooks", "one webhook is told, signed by a secret that reads")),
        count => findings.push(Finding::ok(
            "webhooks",
            format!("{count} webhooks are told, signed by a secret that reads"),
        )),
    }
    findings
}

/// Whether the relayer could listen there: the port is taken for a moment, and given back.
async fn port(address: SocketAddr, has_token: bool) -> Finding {
    let who =
        if has_token { "who shows the token may command" } else { "without a token nobody may command" };
    match TcpListener::bind(address).await {
        Ok(_) if address.port() == 0 => {
            Finding::ok("api", format!("listens on a free port of {}; {who}", address.ip()))
        }
        Ok(_) => Finding::ok("api", format!("{address} is free to listen on; {who}")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::error(
            "api",
            format!("another program listens on {address}"),
            "is another relayer running there? name another port with --listen or `relayer.listen`",
        ),
        Err(error) => Finding::error(
            "api",
            format!("cannot listen on {address}: {error}"),
            "name an address of this machine and a port that its user may take",
        ),
    }
}
