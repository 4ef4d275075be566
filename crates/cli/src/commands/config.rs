//! `causeway config`.

use crate::{
    context::Context,
    failure::{Outcome, OutcomeExt},
};
use clap::Subcommand;
use serde_json::json;

/// The configuration in force.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every key with its value in force, as a causeway.toml; credentials are redacted
    #[command(after_help = "Example:
  CAUSEWAY_DEVNET__BLOCK_TIME=1 causeway config show")]
    Show,
}

pub(crate) fn run(command: &ConfigCommand, context: &Context<'_>) -> Outcome {
    match command {
        ConfigCommand::Show => show(context),
    }
}

fn show(context: &Context<'_>) -> Outcome {
    let loaded = &context.loaded;
    let mut sources = vec!["defaults".to_owned()];
    sources.extend(loaded.file.iter().map(|file| file.display().to_string()));
    sources.extend(loaded.variables.iter().cloned());
    let text = toml::to_string(&loaded.config).what("cannot show the configuration")?;
    let text = format!("# from: {}\n{}", sources.join(" < "), text.trim_end());
    context.printer.result(&text, &json!({ "config": loaded.config, "sources": sources }));
    Ok(())
}
