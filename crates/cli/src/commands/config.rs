//! `causeway config`.

use crate::{
    config::{Config, Loaded, load_what_is_right},
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    json::{ChainId, with_camel_case_keys},
    printer::Printer,
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::Path;

/// The configuration in force.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every key with its value in force, as a causeway.toml; credentials are redacted
    #[command(after_help = "Example:
  CAUSEWAY_DEVNET__BLOCK_TIME=1 causeway config show

Exits with 2 if something is wrong with the configuration: every mistake is
named, and what would be in force without them is printed on stderr.")]
    Show,
}

/// Needs no configuration that is right.
pub(crate) fn run(command: &ConfigCommand, named: Option<&Path>, printer: &Printer) -> Outcome {
    let working_directory = std::env::current_dir().what("cannot find the working directory")?;
    let (loaded, mistakes) = load_what_is_right(named, &working_directory);
    loaded.warnings.iter().for_each(|warning| printer.warn(warning));
    match command {
        ConfigCommand::Show => show(&loaded, mistakes, printer),
    }
}

fn show(loaded: &Loaded, mut mistakes: Vec<Failure>, printer: &Printer) -> Outcome {
    for (name, chain) in &loaded.config.chains {
        printer.hidden().keep(name);
        chain.nodes().for_each(|endpoint| printer.hidden().endpoint(endpoint));
    }
    printer.hidden().database(loaded.config.relayer.database.as_deref());
    let hooks = loaded.config.relayer.webhook_urls.iter().filter_map(|url| url.endpoint());
    hooks.for_each(|endpoint| printer.hidden().endpoint(&endpoint));
    loaded.config.relayer.remote_accounts().for_each(|signer| signer.hide(printer.hidden()));
    let mut sources = vec!["defaults".to_owned()];
    sources.extend(loaded.file.iter().map(|file| file.display().to_string()));
    sources.extend(loaded.variables.iter().cloned());
    let text = toml::to_string(&loaded.config).what("cannot show the configuration")?;
    let text = format!("# from: {}\n{}", sources.join(" < "), text.trim_end());
    let mut data = json!({ "config": config_object(&loaded.config)?, "sources": sources });
    let failure = match mistakes.len() {
        0 => {
            printer.result(&text, &data);
            return Ok(());
        }
        1 => mistakes.swap_remove(0),
        count => {
            let said: Vec<String> = mistakes.iter().map(Failure::message).collect();
            data["mistakes"] = json!(said);
            // Each may be long.
            said.iter().for_each(|mistake| printer.note(&format!("- {mistake}")));
            Failure::usage(format!("{count} things are wrong with the configuration"))
        }
    };
    printer.note(&format!("{text}\n"));
    let failure = failure.or_hint("what is printed above would be in force without it").with_details(data);
    Err(failure).code(ErrorCode::InvalidConfig)
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
