//! Structured logs on stderr.

use crate::{environment, global::GlobalArgs, log_format::LogFormat, log_line, outlet::Outlet};
use serde_json::Map;
use std::io::{self, IsTerminal as _};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, Targets},
    layer::{Filter, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Libraries that log whole answers of services, or what was sent to them: credentials, tokens. Whatever the user asks for, they
/// log nothing: what went wrong is said by ours, without secrets. Each is a prefix.
const WITH_SECRETS: [&str; 5] =
    ["aws_", "alloy_signer_aws", "alloy_signer_gcp", "gcloud_sdk", "jsonwebtoken"];
/// Libraries that may log what they carry for those, in their finest level, which is left out. Each is a prefix.
const CARRIERS: [&str; 7] = ["h2", "hyper", "reqwest", "rustls", "tokio_rustls", "tonic", "tower"];

/// Starts logging into the process's stderr. Services tell what they do; commands are silent unless asked: what a user
/// should see of them is printed, not logged. Returns what is wrong with the filter that was asked for.
pub(crate) fn start(global: &GlobalArgs, is_service: bool, stderr: &Outlet) -> Option<String> {
    let is_told = is_service && !global.quiet;
    // `causeway` is a prefix: it covers the targets of the library crates too.
    let level = match global.verbose {
        0 if !is_told => "causeway=error",
        0 if is_on_one_terminal(global) => "causeway=warn",
        0 => "causeway=info",
        // On a devnet, each transaction and each refusal besides.
        1 => "causeway=info,causeway_devnet::gateway::traffic=debug",
        2 => "causeway=debug",
        _ => "causeway=trace,alloy=debug",
    };
    let named = environment::log_filter().map(|filter| EnvFilter::try_new(filter.to_string_lossy()));
    let (filter, fault) = match named {
        Some(Ok(filter)) => (filter, None),
        Some(Err(error)) => (EnvFilter::new(level), Some(format!("RUST_LOG is not used: {error}"))),
        None => (EnvFilter::new(level), None),
    };
    let filter = without_secrets(filter);
    let writer = stderr.clone();
    // Its own complaints about a line that cannot be written would go the same way, and panic there.
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || writer.clone())
        .log_internal_errors(false)
        .with_target(global.verbose > 1);
    let registry = tracing_subscriber::registry();
    #[cfg(debug_assertions)]
    let registry = registry.with(crate::crash::layer());
    let _ = match global.log_format {
        // The outlet takes the colours away where they are not wanted.
        LogFormat::Text => registry.with(layer.with_ansi(true).with_filter(filter)).try_init(),
        LogFormat::Json => registry.with(layer.json().with_filter(filter)).try_init(),
    };
    if global.log_format == LogFormat::Json {
        tell_panics(stderr.clone());
    }
    fault
}

/// What was asked for, but for what may have secrets in it.
fn without_secrets<S: Subscriber>(asked: EnvFilter) -> impl Filter<S> {
    let silent = WITH_SECRETS.map(|target| (target, LevelFilter::OFF));
    let coarse = CARRIERS.map(|target| (target, LevelFilter::DEBUG));
    asked.and(Targets::new().with_default(LevelFilter::TRACE).with_targets(silent.into_iter().chain(coarse)))
}

/// Whether a person reads both streams of a service at one place, where it prints in words what it does: saying it twice
/// hides what matters between the lines of the log.
fn is_on_one_terminal(global: &GlobalArgs) -> bool {
    !global.json
        && global.log_format == LogFormat::Text
        && io::stdout().is_terminal()
        && io::stderr().is_terminal()
}

/// A fault of ours is a line of JSON like any other.
fn tell_panics(stderr: Outlet) {
    std::panic::set_hook(Box::new(move |panic| {
        let mut fields = Map::new();
        if let Some(place) = panic.location() {
            fields.insert("location".to_owned(), place.to_string().into());
        }
        let what = panic.payload_as_str().unwrap_or("no reason given");
        stderr.line(&log_line::line("ERROR", &format!("panicked: {what}"), fields));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Debug, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged where the user asks for this.
    fn logged(asked: &str) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let filter = without_secrets(EnvFilter::new(asked));
        tracing::subscriber::with_default(
            tracing_subscriber::registry().with(layer.with_filter(filter)),
            || {
                tracing::error!(target: "aws_config::profile", "secret 1");
                tracing::trace!(target: "aws_smithy_runtime::client::orchestrator", "secret 2");
                tracing::error!(target: "alloy_signer_aws::signer", "secret 3");
                tracing::debug!(target: "alloy_signer_gcp::signer", "secret 4");
                tracing::warn!(target: "gcloud_sdk::token_source", "secret 5");
                tracing::trace!(target: "hyper_util::client::legacy", "secret 6");
                tracing::trace!(target: "h2::hpack::decoder", "secret 7");
                tracing::debug!(target: "hyper::client", "hyper connects");
                tracing::trace!(target: "alloy_rpc_client::call", "alloy calls");
                tracing::trace!(target: "causeway_relayer::actor", "causeway relays");
            },
        );
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn libraries_that_log_secrets_are_silent_whatever_is_asked_for() {
        let loudest = [
            "trace",
            "trace,aws_smithy_runtime=trace,alloy_signer_aws=error",
            "causeway=trace,alloy=trace,aws=trace,h2=trace",
        ];
        for asked in loudest {
            let said = logged(asked);
            assert!(!said.contains("secret"), "{asked}: {said}");
            assert!(said.contains("causeway relays") && said.contains("alloy calls"), "{asked}: {said}");
        }
        assert!(logged("trace").contains("hyper connects"));
        assert_eq!(logged("causeway=info"), "", "no more than what was asked for");
    }
}
