//! What `--log-format` takes.

use clap::ValueEnum;

/// How lines on stderr look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    // For people.
    #[default]
    Text,
    // One JSON object a line.
    Json,
}
