//! `causeway`: the toolkit for OP Stack interop in one binary.
//!
//! This crate parses, prints and chooses exit codes; everything else is the libraries' work.

mod amount;
mod chains;
mod cli;
mod commands;
mod config;
mod context;
mod delivery;
mod dependencies;
mod environment;
mod exit;
mod failure;
mod interrupt;
mod logging;
mod parse;
mod printer;
mod wallet;

use clap::{Parser, error::ErrorKind};
use cli::{Cli, Command};
use context::Context;
use exit::Exit;
use failure::{Failure, Outcome};
use printer::{ColorChoice, Printer};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let printer = Printer::new(cli.global.json, cli.global.quiet, cli.global.color);
    logging::start(&cli);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(&cli, &printer)));
    match outcome {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            printer.failure(&failure);
            failure.exit().into()
        }
    }
}

async fn run(cli: &Cli, printer: &Printer) -> Outcome {
    // These two need no configuration, and should work where it is broken.
    match &cli.command {
        Command::AccessList(command) => return commands::access_list::run(command, printer),
        Command::Completions { shell } => return commands::completions::run(*shell, printer),
        _ => {}
    }
    let context = Context::new(&cli.global, printer)?;
    match &cli.command {
        Command::Demo(args) => commands::demo::run(args, &context).await,
        Command::Devnet(args) => commands::devnet::run(args, &context).await,
        Command::Bridge(command) => commands::bridge::run(command, &context).await,
        Command::Message(command) => commands::message::run(command, &context).await,
        Command::Relayer(command) => commands::relayer::run(command, &context).await,
        Command::Verifier(command) => commands::verifier::run(command, &context).await,
        Command::Config(command) => commands::config::run(command, &context),
        Command::AccessList(_) | Command::Completions { .. } => Ok(()),
    }
}

/// Help and version go to stdout and are no error; a wrong command line is one `error:` with its `hint:`.
fn usage(error: &clap::Error) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return Exit::Done;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return Exit::Usage;
    }
    // What follows clap's first paragraph: tips and the usage line, of which a remedy is made.
    let text = error.render().to_string();
    let mut paragraphs = text.trim().split("\n\n").map(|paragraph| paragraph.trim().replace('\n', " "));
    let what = paragraphs.next().unwrap_or_default();
    let what = what.strip_prefix("error: ").unwrap_or(&what).split_whitespace().collect::<Vec<_>>().join(" ");
    let rest: Vec<String> = paragraphs.collect();
    let tip = rest.iter().find_map(|line| line.strip_prefix("tip: ")).map(str::to_owned);
    let usage =
        rest.iter().find_map(|line| line.strip_prefix("Usage: ")).map(|usage| format!("usage: {usage}"));
    let hint = tip.or(usage).unwrap_or_else(|| format!("`{} --help` explains every flag", command_words()));
    let json = std::env::args_os().any(|arg| arg == "--json");
    Printer::new(json, false, ColorChoice::Auto).failure(&Failure::usage(what).with_hint(hint));
    Exit::Usage
}

/// The command as it was typed, without its flags.
fn command_words() -> String {
    let words = std::env::args().skip(1).take_while(|word| !word.starts_with('-'));
    std::iter::once("causeway".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
