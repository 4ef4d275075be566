//! Structured logs on stderr.

use crate::{cli::Cli, environment};
use clap::ValueEnum;
use std::io::{self, IsTerminal};
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    // For people.
    #[default]
    Text,
    // One JSON object a line.
    Json,
}

/// Starts logging. Commands are silent unless asked: what a user should see is printed, not logged.
pub(crate) fn start(cli: &Cli) {
    // `causeway` is a prefix: it covers the targets of the library crates too.
    let level = match cli.global.verbose {
        0 => "causeway=error",
        1 => "causeway=info",
        2 => "causeway=debug",
        _ => "causeway=trace,alloy=debug",
    };
    let filter = environment::log_filter()
        .and_then(|filter| EnvFilter::try_new(filter).ok())
        .unwrap_or_else(|| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(cli.global.verbose > 1);
    let _ = match cli.global.log_format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
