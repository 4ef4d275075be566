//! `causeway`: the toolkit for OP Stack interop in one binary.
//!
//! This crate parses, prints and chooses exit codes; everything else is the libraries' work.

mod account;
mod amount;
mod at_file;
mod build_info;
mod candidates;
mod chains;
mod cli;
mod command_line;
mod commands;
mod config;
mod context;
#[cfg(debug_assertions)]
mod crash;
mod delivery;
mod dependencies;
mod dependency_file;
#[cfg(test)]
mod documented;
mod ends;
mod environment;
mod events;
mod exit;
mod failure;
mod global;
mod hidden;
mod home;
mod interoperable;
mod interrupt;
mod json;
mod key_file;
mod ledger;
mod log_format;
mod log_line;
mod logging;
mod newcomers;
mod node_url;
mod outlet;
mod parse;
mod patience;
mod payer;
mod printer;
#[cfg(test)]
mod reference;
mod route;
mod runner;
mod secret_file;
mod sending;
mod short;
mod told;
mod transfer;
mod unwritten;
mod wallet;
mod why;
mod wrap;

use clap::{CommandFactory as _, ValueEnum as _, error::ErrorKind};
use cli::{Cli, Command};
use command_line::Mistake;
use context::Context;
use exit::Exit;
use failure::{ErrorCode, Failure, Outcome};
use log_format::LogFormat;
use printer::{ColorChoice, Printer};
use std::process::ExitCode;

fn main() -> ExitCode {
    // A shell asks what could be typed next.
    if let Some(exit) = command_line::complete() {
        return exit.into();
    }
    let cli = match command_line::read() {
        Ok(cli) => cli,
        Err(mistake) => return usage(&mistake).into(),
    };
    let global = &cli.global;
    let printer = Printer::new(global.json, global.quiet, global.color, global.log_format);
    if let Some(warning) = logging::start(global, cli.command.is_service(), printer.stderr()) {
        printer.warn(&warning);
    }
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
    // These need no configuration, or show what is wrong with it.
    match &cli.command {
        Command::AccessList(command) => {
            return commands::access_list::run(command, &cli.global, printer).await;
        }
        Command::Bindings(command) => return commands::bindings::run(command, &cli.global, printer).await,
        Command::Completions { shell } => return commands::completions::run(*shell, printer),
        Command::Config(command) => {
            return commands::config::run(command, cli.global.config.as_deref(), printer);
        }
        _ => {}
    }
    let context = Context::new(&cli.global, printer)?;
    match &cli.command {
        Command::Demo(args) => commands::demo::run(args, &context).await,
        Command::Devnet(args) => commands::devnet::run(args, &context).await,
        Command::Deploy(command) => commands::deploy::run(command, &context).await,
        Command::Genesis(args) => commands::genesis::run(args, &context).await,
        Command::Bridge(command) => commands::bridge::run(command, &context).await,
        Command::Message(command) => commands::message::run(command, &context).await,
        Command::Relayer(command) => commands::relayer::run(command, &context).await,
        Command::Verifier(command) => commands::verifier::run(command, &context).await,
        Command::Upgrade(args) => commands::upgrade::run(args, &context).await,
        Command::AccessList(_) | Command::Bindings(_) | Command::Completions { .. } | Command::Config(_) => {
            Ok(())
        }
    }
}

/// Help and version go to stdout and are no error; a wrong command line is one `error:` with its `hint:`.
fn usage(mistake: &Mistake) -> Exit {
    // The flags could not be parsed, and count nevertheless for how that is said.
    let json = std::env::args_os().any(|arg| arg == "--json");
    let color = typed("--color").and_then(|when| ColorChoice::from_str(&when, false).ok());
    let printer = Printer::new(json, false, color.unwrap_or_default(), log_format());
    // What stands at the wrong place is repeated, and may be a URL or a key.
    arguments().for_each(|arg| printer.hidden().argument(&arg));
    let values = mistake.variables.iter().filter_map(|(name, _)| environment::read(name));
    values.for_each(|value| printer.hidden().argument(&value.to_string_lossy()));
    let exit = explain(mistake, &printer);
    match printer.finish() {
        Some(_) if exit == Exit::Done => Exit::Failed,
        _ => exit,
    }
}

fn explain(mistake: &Mistake, printer: &Printer) -> Exit {
    let error = &mistake.error;
    // Who asks for help beside a mistake is not told of the mistake again.
    let asks = arguments().take_while(|arg| arg != "--").any(|arg| arg == "--help" || arg == "-h");
    if asks
        && error.use_stderr()
        && error.kind() != ErrorKind::InvalidSubcommand
        && let Some(help) = command_line::help(&command_words())
    {
        printer.text(help.render().ansi().to_string().trim_end());
        return Exit::Done;
    }
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
                    .with_hint(format!("`{} --help` lists them", command_words().join(" "))),
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
    let usage = rest.iter().find_map(|line| line.strip_prefix("Usage: "));
    let usage = usage.map(|usage| {
        // It may take several lines.
        format!("usage: {}", usage.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let explained = || format!("`{} --help` explains every flag", command_words().join(" "));
    let failure = match mistake.variables.as_slice() {
        [] => Failure::usage(what).with_hint(tip.or(usage).unwrap_or_else(explained)),
        variables => {
            of_variables(what, variables).with_hint("correct or unset it, or type the flag: that counts more")
        }
    };
    printer.failure(&failure);
    Exit::Usage
}

/// What is wrong with variables, in words that name them and not the flags that nobody typed.
fn of_variables(mut what: String, variables: &[(String, String)]) -> Failure {
    for (variable, flag) in variables {
        what = what.replace(&format!("'{flag}'"), variable);
    }
    let names = variables.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" and ");
    if variables.iter().all(|(name, _)| what.contains(name.as_str())) {
        return Failure::usage(what);
    }
    Failure::usage(format!("{names}: {what}"))
}

/// The format that was asked for, where the command line as a whole is wrong.
fn log_format() -> LogFormat {
    let named =
        typed("--log-format").or_else(|| environment::read(environment::LOG_FORMAT)?.into_string().ok());
    if named.is_some_and(|name| name == "json") { LogFormat::Json } else { LogFormat::Text }
}

/// The value of a flag, where the command line as a whole is wrong.
fn typed(flag: &str) -> Option<String> {
    let args: Vec<_> = arguments().collect();
    args.iter().enumerate().find_map(|(index, arg)| match arg.strip_prefix(flag) {
        Some("") => args.get(index + 1).cloned(),
        Some(value) => value.strip_prefix('=').map(str::to_owned),
        None => None,
    })
}

/// The command as it was typed, without its flags and values.
fn command_words() -> Vec<String> {
    let mut command = Cli::command();
    let mut words = vec!["causeway".to_owned()];
    for word in arguments() {
        let Some(subcommand) = command.find_subcommand(&word).cloned() else { continue };
        words.push(word);
        command = subcommand;
    }
    words
}

/// The command line for people: a name of a file need not be text.
fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned())
}
