//! Reading the command line, and the variables that stand in for its flags: a flag beats the environment and never
//! conflicts with it.

use crate::{cli::Cli, environment, exit::Exit};
use clap::{
    Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _, Id,
    builder::Resettable,
    error::{ContextKind, ContextValue, ErrorKind},
    parser::ValueSource,
};
use clap_complete::CompleteEnv;
use std::{collections::BTreeSet, ffi::OsString};

/// By which flags a relayer's accounts are named, beside the one of the user.
const NAMING_ACCOUNTS: [&str; 3] = ["key_file", "remote_signer", "kms_signer"];
/// By which flags, and variables, the account of the user is named.
const OWN_ACCOUNT: [&str; 3] = ["private_key", "account", "keystore"];

/// What is wrong with a command line.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) error: clap::Error,
    /// The variables whose values are wrong, with the flags that they stand in for, as the error names these; none if it
    /// is about what was typed.
    pub(crate) variables: Vec<(String, String)>,
}

impl From<clap::Error> for Mistake {
    fn from(error: clap::Error) -> Self {
        Self { error, variables: Vec::new() }
    }
}

/// Tells a shell what could be typed next, if that is what was asked for.
pub(crate) fn complete() -> Option<Exit> {
    environment::read(environment::COMPLETE)?;
    let working_directory = std::env::current_dir().ok();
    let completed = CompleteEnv::with_factory(Cli::command)
        .var(environment::COMPLETE)
        .try_complete(std::env::args_os(), working_directory.as_deref());
    match completed {
        Ok(true) => Some(Exit::Done),
        Ok(false) => None,
        Err(_) => Some(Exit::Failed),
    }
}

/// Reads both.
pub(crate) fn read() -> Result<Cli, Mistake> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // First as if there were no variables: what was typed is right or wrong by itself.
    let typed = match without_variables(Cli::command(), &|_| true).try_get_matches_from(&arguments) {
        Ok(matches) => flags(&matches),
        // Help names the variables.
        Err(error)
            if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand =>
        {
            return Err(Cli::command().try_get_matches_from(&arguments).err().unwrap_or(error).into());
        }
        Err(error) => return Err(error.into()),
    };
    let mut command = Cli::command();
    let mut beaten = beaten(&command, &typed);
    beaten.extend(unasked_accounts(&typed));
    beaten.extend(typed);
    command = without_variables(command, &|arg| beaten.contains(arg.get_id()) || variable(arg).is_none());
    let matches = command.clone().try_get_matches_from(&arguments);
    // What flags look like is known then.
    command.build();
    let cli = matches.and_then(|matches| Cli::from_arg_matches(&matches));
    cli.map_err(|error| Mistake { variables: variables_of(&error, &command), error })
}

/// The help of the command that these words name.
pub(crate) fn help(words: &[String]) -> Option<clap::Error> {
    let arguments = words.iter().map(String::as_str).chain(["--help"]);
    Cli::command().try_get_matches_from(arguments).err()
}

/// The flags that were typed.
fn flags(matches: &ArgMatches) -> BTreeSet<Id> {
    let here = matches.ids().filter(|id| matches.value_source(id.as_str()) == Some(ValueSource::CommandLine));
    let mut typed: BTreeSet<Id> = here.cloned().collect();
    if let Some((_, below)) = matches.subcommand() {
        typed.extend(flags(below));
    }
    typed
}

/// The variable that stands in for a flag, if it has a value.
fn variable(arg: &Arg) -> Option<&str> {
    arg.get_env().and_then(|name| name.to_str()).filter(|name| environment::read(name).is_some())
}

/// The flags whose variables do not count: another flag was typed that excludes them, or a variable of our own names what
/// that of another tool does, too.
fn beaten(command: &Command, typed: &BTreeSet<Id>) -> BTreeSet<Id> {
    let is_own = |arg: &Arg| variable(arg).is_some_and(|name| name.starts_with(environment::CONFIG_PREFIX));
    let mut beaten: BTreeSet<Id> =
        command.get_subcommands().flat_map(|below| self::beaten(below, typed)).collect();
    for one in command.get_arguments() {
        for other in command.get_arg_conflicts_with(one) {
            for (arg, rival) in [(one, other), (other, one)] {
                if typed.contains(rival.get_id()) || (is_own(rival) && !is_own(arg)) {
                    beaten.insert(arg.get_id().clone());
                }
            }
        }
    }
    beaten
}

/// The flags of an account whose variables do not count: who types by what a relayer's accounts sign means these and no more.
/// The key that he has for his own transactions would pay besides. Typed, they name further accounts.
fn unasked_accounts(typed: &BTreeSet<Id>) -> impl Iterator<Item = Id> {
    let are_named = NAMING_ACCOUNTS.iter().any(|flag| typed.contains(*flag));
    OWN_ACCOUNT.into_iter().filter(move |_| are_named).map(Id::from)
}

fn without_variables(command: Command, is_left_away: &dyn Fn(&Arg) -> bool) -> Command {
    command
        .mut_args(|arg| if is_left_away(&arg) { arg.env(Resettable::Reset) } else { arg })
        .mut_subcommands(|below| without_variables(below, is_left_away))
}

/// The variables that a mistake is about, when what was typed is right.
fn variables_of(error: &clap::Error, command: &Command) -> Vec<(String, String)> {
    let named: Vec<&String> = [ContextKind::InvalidArg, ContextKind::PriorArg]
        .into_iter()
        .filter_map(|kind| error.get(kind))
        .flat_map(|value| match value {
            ContextValue::String(name) => std::slice::from_ref(name),
            ContextValue::Strings(names) => names.as_slice(),
            _ => &[],
        })
        .collect();
    let mut found = BTreeSet::new();
    visit(command, &mut |arg| {
        let Some(name) = variable(arg) else { return };
        let shown = arg.to_string();
        // That a value is no text is told without the flag.
        let is_no_text = || environment::read(name).is_some_and(|value| value.to_str().is_none());
        if named.contains(&&shown) || (error.kind() == ErrorKind::InvalidUtf8 && is_no_text()) {
            found.insert((name.to_owned(), shown));
        }
    });
    found.into_iter().collect()
}

fn visit(command: &Command, each: &mut dyn FnMut(&Arg)) {
    command.get_arguments().for_each(&mut *each);
    command.get_subcommands().for_each(|below| visit(below, each));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_account_does_not_pay_beside_those_that_are_typed() {
        for (typed, left_away) in [
            ("--key-file key", &OWN_ACCOUNT[..]),
            ("--remote-signer 0x00000000000000000000000000000000000000AA=@url", &OWN_ACCOUNT[..]),
            ("--kms-signer 0x00000000000000000000000000000000000000AA=aws:alias/relayer", &OWN_ACCOUNT),
            ("--listen", &[]),
        ] {
            for command in ["run", "check"] {
                let arguments = format!("causeway relayer {command} {typed}");
                let matches = Cli::command().try_get_matches_from(arguments.split(' ')).unwrap();
                let unasked: Vec<Id> = unasked_accounts(&flags(&matches)).collect();
                assert_eq!(unasked, left_away, "{arguments}");
            }
        }
        // The names are those of flags.
        let command = Cli::command();
        let relayer = command.find_subcommand("relayer").unwrap().find_subcommand("run").unwrap();
        for flag in OWN_ACCOUNT.iter().chain(&NAMING_ACCOUNTS) {
            assert!(relayer.get_arguments().any(|arg| arg.get_id() == flag), "{flag}");
        }
    }

    #[test]
    fn what_was_typed_beats_the_variables_that_it_excludes() {
        let arguments = "causeway bridge eth --amount 1 --from 1 --to 2 --account me".split(' ');
        let matches = Cli::command().try_get_matches_from(arguments).unwrap();
        let beaten = beaten(&Cli::command(), &flags(&matches));
        let beaten: Vec<&str> = beaten.iter().map(Id::as_str).collect();
        assert!(beaten.contains(&"keystore") && beaten.contains(&"private_key"), "{beaten:?}");
        assert!(!beaten.contains(&"account"), "{beaten:?}");
    }
}
