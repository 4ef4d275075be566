//! `causeway config`.

use crate::{
    config::Config,
    context::Context,
    failure::{Outcome, OutcomeExt},
    json::{ChainId, with_camel_case_keys},
};
use clap::Subcommand;
use serde_json::{Value, json};

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
    let config = config_object(&loaded.config)?;
    context.printer.result(&text, &json!({ "config": config, "sources": sources }));
    Ok(())
}

/// Every key in force for programs: `block-time` is `blockTime` here, and ids are text.
fn config_object(config: &Config) -> Outcome<Value> {
    let mut object = serde_json::to_value(config).what("cannot show the configuration")?;
    object = with_camel_case_keys(object);
    for (name, chain) in &config.chains {
        let shown = &mut object["chains"][name];
        shown["chainId"] = json!(ChainId::from(chain.chain_id));
        let ids = |accepted: &Vec<u64>| accepted.iter().copied().map(ChainId::from).collect::<Vec<_>>();
        shown["accepts"] = json!(chain.accepts.as_ref().map(ids));
    }
    Ok(object)
}
