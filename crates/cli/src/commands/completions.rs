//! `causeway completions`.

use crate::{cli::Cli, failure::Outcome, printer::Printer};
use clap::CommandFactory;
use clap_complete::{Shell, generate};
use serde_json::json;

pub(crate) fn run(shell: Shell, printer: &Printer) -> Outcome {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "causeway", &mut script);
    let script = String::from_utf8_lossy(&script);
    printer.result(script.trim_end(), &json!({ "shell": shell.to_string(), "script": script }));
    Ok(())
}
