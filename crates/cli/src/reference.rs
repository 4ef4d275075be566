//! docs/configuration.md says of every key and every variable what the code does: the tests that hold it to that.

use crate::{
    cli::Cli,
    config::{Config, keys},
};
use clap::{Command, CommandFactory as _};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/configuration.md");
/// Variables that libraries read.
const OF_LIBRARIES: [&str; 9] = [
    "TMPDIR",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
];

/// The rows of the table that begins with this column: its cells.
fn rows(first_column: &str) -> Vec<Vec<String>> {
    let head = format!("| {first_column} |");
    let rows = PAGE.lines().skip_while(|line| !line.starts_with(&head)).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in backticks.
fn quoted(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned)
}

/// Every variable that a flag has, with it.
fn of_flags(command: &Command) -> BTreeSet<(String, String)> {
    let here = command.get_arguments().filter_map(|arg| {
        let variable = arg.get_env()?.to_string_lossy().into_owned();
        Some((variable, format!("--{}", arg.get_long().unwrap_or_default())))
    });
    here.chain(command.get_subcommands().flat_map(of_flags)).collect()
}

#[test]
fn every_variable_is_documented_and_no_other_is() {
    // Names of variables are the only texts in capitals there.
    let is_name =
        |text: &&str| text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let declared = include_str!("environment.rs").split('"').skip(1).step_by(2).filter(is_name);
    let mut read: BTreeSet<String> = declared.map(str::to_owned).collect();
    read.remove(crate::environment::CONFIG_PREFIX);
    // No release has it.
    read.remove("CAUSEWAY_CRASH_AT");
    read.extend(OF_LIBRARIES.map(str::to_owned));
    let documented: BTreeSet<String> = rows("variable").iter().flat_map(|row| quoted(&row[0])).collect();
    assert_eq!(documented, read);
    for (variable, flag) in of_flags(&Cli::command()) {
        let row = rows("variable").into_iter().find(|row| row[0] == format!("`{variable}`"));
        assert_eq!(row.unwrap()[1], format!("`{flag}`"), "{variable}");
    }
}

#[test]
fn every_key_is_documented_and_no_other_is() {
    let defaults = serde_json::to_value(Config::default()).unwrap();
    let cli = Cli::command();
    let commands = [
        ("devnet", vec!["devnet"]),
        ("relayer", vec!["relayer", "run"]),
        ("verifier", vec!["verifier", "run"]),
        ("genesis", vec!["genesis"]),
    ];
    let flag = |path: &[String]| {
        let (_, words) = commands.iter().find(|(section, _)| *section == path[0])?;
        let command = words.iter().try_fold(&cli, |command, word| command.find_subcommand(word))?;
        let takes = |arg: &&clap::Arg| arg.get_long() == path.last().map(String::as_str);
        command.get_arguments().find(takes).map(|arg| format!("`--{}`", arg.get_long().unwrap_or_default()))
    };
    let row = |key: keys::Key| {
        let default = key
            .path
            .iter()
            .try_fold(&defaults, |value, name| value.get(name))
            .filter(|value| !value.is_null());
        let default = default
            .map(|value| format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        let cells = [
            format!("`{}`", key.path.join(".")),
            format!("`{}`", key.variable),
            flag(&key.path).unwrap_or_default(),
            key.takes,
            default.unwrap_or_default(),
        ];
        format!("| {} |", cells.join(" | ")).replace("|  |", "| |").replace("|  |", "| |")
    };
    let expected: Vec<String> = keys::all().into_iter().map(row).collect();
    let head = "| key |";
    let rows = PAGE.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let found: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(found == expected, "the table has to be:\n{}", expected.join("\n"));
}

/// The example at the head of the page has every key once, be it as a comment.
#[test]
fn the_example_has_every_key() {
    let example = PAGE.split("```").nth(1).unwrap();
    let mut section = String::new();
    let mut shown = BTreeSet::new();
    for line in example.lines() {
        let line = line.trim_start_matches("# ");
        if let Some(name) = line.strip_prefix('[') {
            section = name.split([']', '.']).next().unwrap_or_default().to_owned();
        } else if let Some((key, _)) = line.split_once(" = ") {
            shown.insert(format!("{section}.{key}"));
        }
    }
    let all: BTreeSet<String> = keys::all()
        .into_iter()
        .map(|key| format!("{}.{}", key.path[0], key.path.last().cloned().unwrap_or_default()))
        .collect();
    assert_eq!(shown, all);
}
