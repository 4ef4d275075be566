//! Structured logs on stderr.

use crate::{environment, global::GlobalArgs, log_format::LogFormat, log_line, outlet::Outlet};
use serde_json::Map;
use std::io::{self, IsTerminal as _};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

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
