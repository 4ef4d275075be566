//! The flags that every command takes.

use crate::{environment, log_format::LogFormat, parse, printer::ColorChoice};
use clap::{ArgAction, Args};
use std::path::PathBuf;

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Print the result as JSON on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print only the result, warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log more, on stderr: -v what is done (services do so without), -vv details, -vvv every request (RUST_LOG overrides)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// Format of every line on stderr
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT", env = environment::LOG_FORMAT, hide_env_values = true)]
    pub(crate) log_format: LogFormat,
    /// Configuration file [default: causeway.toml, if it exists]
    #[arg(long, global = true, value_name = "PATH", env = environment::CONFIG, hide_env_values = true, value_parser = parse::path())]
    pub(crate) config: Option<PathBuf>,
    /// Network file of the devnet to use [default: that of the running one]
    #[arg(long, global = true, value_name = "PATH", env = environment::NETWORK, hide_env_values = true, value_parser = parse::path())]
    pub(crate) network: Option<PathBuf>,
}
