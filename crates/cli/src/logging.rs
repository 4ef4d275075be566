//! Structured logs on stderr.

use crate::{cli::Cli, environment, outlet::Outlet};
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use std::io::{self, IsTerminal as _};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    fmt::{
        format::Writer,
        time::{FormatTime as _, SystemTime},
    },
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// How lines on stderr look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    // For people.
    #[default]
    Text,
    // One JSON object a line.
    Json,
}

/// Starts logging into the process's stderr. Services tell what they do; commands are silent unless asked: what a user
/// should see of them is printed, not logged. Returns what is wrong with the filter that was asked for.
pub(crate) fn start(cli: &Cli, stderr: &Outlet) -> Option<String> {
    let is_told = cli.command.is_service() && !cli.global.quiet;
    // `causeway` is a prefix: it covers the targets of the library crates too.
    let level = match cli.global.verbose {
        0 if !is_told => "causeway=error",
        0 if is_on_one_terminal(cli) => "causeway=warn",
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
        .with_target(cli.global.verbose > 1);
    let _ = match cli.global.log_format {
        // The outlet takes the colours away where they are not wanted.
        LogFormat::Text => {
            tracing_subscriber::registry().with(layer.with_ansi(true).with_filter(filter)).try_init()
        }
        LogFormat::Json => tracing_subscriber::registry().with(layer.json().with_filter(filter)).try_init(),
    };
    if cli.global.log_format == LogFormat::Json {
        tell_panics(stderr.clone());
    }
    fault
}

/// Whether a person reads both streams of a service at one place, where it prints in words what it does: saying it twice
/// hides what matters between the lines of the log.
fn is_on_one_terminal(cli: &Cli) -> bool {
    cli.command.is_service()
        && !cli.global.json
        && cli.global.log_format == LogFormat::Text
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
        stderr.line(&line("ERROR", &format!("panicked: {what}"), fields));
    }));
}

/// A line of JSON, of the shape that the logs have.
pub(crate) fn line(level: &str, message: &str, mut fields: Map<String, Value>) -> String {
    fields.insert("message".to_owned(), message.into());
    json!({ "timestamp": now(), "level": level, "fields": fields }).to_string()
}

/// The time as RFC 3339 has it, in UTC with microseconds.
pub(crate) fn now() -> String {
    let mut text = String::new();
    // Writing into a text cannot fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}
