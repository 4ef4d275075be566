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
#[cfg(test)]
mod documented;
mod environment;
mod events;
mod exit;
mod failure;
mod hidden;
mod home;
mod interrupt;
mod json;
mod logging;
mod newcomers;
mod outlet;
mod parse;
mod printer;
mod route;
mod sending;
mod wallet;

use clap::{CommandFactory as _, error::ErrorKind};
use cli::{Cli, Command};
use context::Context;
use exit::Exit;
use failure::{ErrorCode, Failure, Outcome};
use logging::LogFormat;
use printer::{ColorChoice, Printer};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let global = &cli.global;
    let printer = Printer::new(global.json, global.quiet, global.color, global.log_format);
    logging::start(&cli, printer.stderr());
    if cli.command.is_service() {
        printer.serve();
    }
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(&cli, &printer)));
    let exit = match outcome {
        Ok(()) => Exit::Done,
        Err(failure) => {
            printer.failure(&failure);
            failure.exit()
        }
    };
    match printer.finish() {
        // What a service prints is news, and nothing hangs on that.
        Some(why) if exit == Exit::Done && !cli.command.is_service() => unwritten(&cli, why, &printer).into(),
        _ => exit.into(),
    }
}

/// A result that could not be written, on a full disk for instance, is none: whoever started the command does not have it.
fn unwritten(cli: &Cli, why: String, printer: &Printer) -> Exit {
    let failure =
        Failure::failed(why).context("the command was carried out, but its result could not be written");
    let failure = if cli.command.is_sender() {
        failure
            .with_code(ErrorCode::SentResultNotWritten)
            .with_hint("do not run it again: `causeway message list` shows what was sent")
    } else {
        failure.with_code(ErrorCode::ResultNotWritten).with_hint("is the disk full that stdout goes to?")
    };
    // The envelope would go the way of the result.
    printer.failure(&failure);
    failure.exit()
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
    // The flags could not be parsed, and count nevertheless for how that is said.
    let json = std::env::args_os().any(|arg| arg == "--json");
    let printer = Printer::new(json, false, ColorChoice::Auto, log_format());
    // What stands at the wrong place is repeated, and may be a URL or a key.
    arguments().for_each(|arg| printer.hidden().argument(&arg));
    let exit = explain(error, &printer);
    match printer.finish() {
        Some(_) if exit == Exit::Done => Exit::Failed,
        _ => exit,
    }
}

fn explain(error: &clap::Error, printer: &Printer) -> Exit {
    let rendered = error.render();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        printer.text(rendered.ansi().to_string().trim_end());
        return Exit::Done;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        match log_format() {
            LogFormat::Text => printer.note(rendered.ansi().to_string().trim_end()),
            LogFormat::Json => printer.failure(
                &Failure::usage("a subcommand is missing")
                    .with_hint(format!("`{} --help` lists them", command_words())),
            ),
        }
        return Exit::Usage;
    }
    // What follows clap's first paragraph: tips and the usage line, of which a remedy is made.
    let text = rendered.to_string();
    let mut paragraphs = text.trim().split("\n\n").map(|paragraph| paragraph.trim().replace('\n', " "));
    let what = paragraphs.next().unwrap_or_default();
    let what = what.strip_prefix("error: ").unwrap_or(&what).split_whitespace().collect::<Vec<_>>().join(" ");
    let rest: Vec<String> = paragraphs.collect();
    let tip = rest.iter().find_map(|line| line.strip_prefix("tip: ")).map(str::to_owned);
    let usage =
        rest.iter().find_map(|line| line.strip_prefix("Usage: ")).map(|usage| format!("usage: {usage}"));
    let hint = tip.or(usage).unwrap_or_else(|| format!("`{} --help` explains every flag", command_words()));
    printer.failure(&Failure::usage(what).with_hint(hint));
    Exit::Usage
}

/// The format that was asked for, where the command line as a whole is wrong.
fn log_format() -> LogFormat {
    let args: Vec<_> = arguments().collect();
    let flag = args.iter().enumerate().find_map(|(index, arg)| match arg.strip_prefix("--log-format") {
        Some("") => args.get(index + 1).cloned(),
        Some(value) => value.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    let named = flag.or_else(|| environment::read(environment::LOG_FORMAT)?.into_string().ok());
    if named.is_some_and(|name| name == "json") { LogFormat::Json } else { LogFormat::Text }
}

/// The command as it was typed, without its flags and values.
fn command_words() -> String {
    let mut command = Cli::command();
    let mut words = vec!["causeway".to_owned()];
    for word in arguments() {
        let Some(subcommand) = command.find_subcommand(&word).cloned() else { continue };
        words.push(word);
        command = subcommand;
    }
    words.join(" ")
}

/// The command line for people: a name of a file need not be text.
fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned())
}
