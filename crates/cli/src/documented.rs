//! Every `causeway` command line that a document or a help text shows is one that this binary takes.

use crate::cli::Cli;
use clap::{CommandFactory, error::ErrorKind};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold none of our documents.
const ELSEWHERE: [&str; 5] = [".git", "cache", "node_modules", "out", "target"];
/// What stands for a hash that a document cuts short, or leaves to the reader.
const A_HASH: &str = "0x4474474474474474474474474474474474474474474474474474474474474474";

/// The same for a predeploy's address.
const A_PREDEPLOY: &str = "0x4200000000000000000000000000000000000023";

#[test]
fn command_lines_in_documents_parse() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for (place, line) in blocks(&text) {
            for words in commands(&line) {
                checked += 1;
                wrong.extend(refusal(&words).map(|why| format!("{}:{place}: {why}", path.display())));
            }
        }
        for (place, span) in spans(&text) {
            checked += 1;
            wrong.extend(stray(span).map(|why| format!("{}:{place}: `{span}`: {why}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 50, "the documents are not found: {checked} commands");
}

#[test]
fn examples_in_help_parse() {
    fn visit(command: &clap::Command, wrong: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines: String = help.split("\\\n").map(str::trim_start).collect();
        // A word or two about an example stand behind it, at a distance.
        let examples = lines.lines().filter_map(|line| line.trim().split("   ").next());
        for words in examples.flat_map(commands) {
            wrong.extend(refusal(&words).map(|why| format!("help of {}: {why}", command.get_name())));
        }
        command.get_subcommands().for_each(|command| visit(command, wrong));
    }
    let mut wrong = Vec::new();
    visit(&Cli::command(), &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever reads a document need not read every help text to know what there is.
#[test]
fn every_flag_stands_in_a_document() {
    fn visit(command: &clap::Command, names: &str, texts: &str, missing: &mut Vec<String>) {
        let names = format!("{names} {}", command.get_name());
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let Some(flag) = argument.get_long() else { continue };
            let short = argument.get_short().map(|letter| format!("`-{letter}`"));
            let is_there = names_flag(texts, flag) || short.is_some_and(|short| texts.contains(&short));
            if !is_there {
                missing.push(format!("--{flag} of{names}"));
            }
        }
        command.get_subcommands().for_each(|below| visit(below, &names, texts, missing));
    }
    let texts = |is_meant: fn(&Path) -> bool| {
        let texts = documents().into_iter().filter(|path| is_meant(path));
        texts.map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>().join("\n")
    };
    let mut missing = Vec::new();
    visit(&Cli::command(), "", &texts(|_| true), &mut missing);
    // An operator has one to read.
    let of_relayers =
        texts(|path| path.ends_with("docs/relayer.md") || path.ends_with("docs/configuration.md"));
    let relayer = Cli::command().find_subcommand("relayer").cloned().unwrap();
    visit(&relayer, " causeway", &of_relayers, &mut missing);
    assert!(missing.is_empty(), "no document says what these are for:\n{}", missing.join("\n"));
}

/// Whether a text has this flag, and not only one that begins like it.
fn names_flag(text: &str, flag: &str) -> bool {
    let whole = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    text.split("--").skip(1).any(|rest| rest.strip_prefix(flag).is_some_and(whole))
}

fn documents() -> Vec<PathBuf> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.file_name().is_some_and(|name| ELSEWHERE.iter().any(|other| name == *other)) {
                    visit(&path, found);
                }
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut found = Vec::new();
    visit(&root, &mut found);
    found.sort();
    found
}

/// The lines of blocks of shell commands and of service files, with their numbers; continued lines as one.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut language: Option<&str> = None;
    let mut exported = BTreeMap::new();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            language = if language.is_some() { None } else { Some(fence.trim()) };
            continue;
        }
        let line = line.trim();
        let piece = match language {
            _ if goes_on => Some(line),
            Some("sh" | "bash") => Some(line),
            Some("console") => line.strip_prefix("$ "),
            Some("ini") => line.strip_prefix("ExecStart="),
            _ => None,
        };
        let Some(piece) = piece else { continue };
        let (piece, continued) = piece.strip_suffix('\\').map_or((piece, false), |piece| (piece, true));
        match found.last_mut() {
            Some((_, begun)) if goes_on => begun.push_str(piece),
            _ => found.push((number, piece.to_owned())),
        }
        goes_on = continued;
        if let Some((name, value)) = piece.strip_prefix("export ").and_then(|it| it.split_once('=')) {
            exported.insert(name.to_owned(), value.split(" #").next().unwrap_or(value).trim().to_owned());
        }
    }
    // What a document has exported may be used in all of it.
    for (_, line) in &mut found {
        for (name, value) in &exported {
            *line = line.replace(&format!("${name}"), value);
        }
    }
    found
}

/// The spans of code in prose that begin with the binary's name.
fn spans(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(spans.filter(|span| span.starts_with("causeway ")).map(|span| (number, span)));
        }
    }
    found
}

/// The words behind each `causeway` in a shell's line.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut simple = vec![Vec::new()];
    for word in words(line) {
        match word.as_str() {
            "|" | "||" | "&" | "&&" | ";" => simple.push(Vec::new()),
            _ => simple.last_mut().unwrap().push(word),
        }
    }
    let binary = |word: &String| word == "causeway" || word.ends_with("/causeway");
    let of_binary = |words: Vec<String>| {
        let begin = words.iter().position(binary)?;
        // `cd …/causeway` is none of ours, nor is what another program does with the file.
        let before = &words[..begin];
        let wraps =
            |word: &String| word.contains('=') || ["sudo", "exec", "nohup", "$"].contains(&word.as_str());
        before.iter().all(wraps).then(|| words[begin + 1..].to_vec())
    };
    simple.into_iter().filter_map(of_binary).collect()
}

/// A line as a shell splits it, without comments and redirections; `$(…)` is a word that says nothing.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut redirected = false;
    let mut letters = line.chars().peekable();
    let mut finish = |word: &mut Option<String>, redirected: &mut bool| {
        if let Some(done) = word.take()
            && !std::mem::take(redirected)
        {
            words.push(done);
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '#' if word.is_none() => break,
            ' ' => finish(&mut word, &mut redirected),
            '\'' | '"' => {
                let quoted = letters.by_ref().take_while(|next| *next != letter);
                word.get_or_insert_default().extend(quoted);
            }
            '$' if letters.peek() == Some(&'(') => {
                let mut depth = 0;
                let _ = letters.by_ref().find(|next| {
                    depth += i32::from(*next == '(') - i32::from(*next == ')');
                    depth == 0
                });
                word.get_or_insert_default().push_str("0x");
            }
            '>' => {
                // A number in front of it names what is redirected.
                if word.as_ref().is_some_and(|it| it.chars().all(|digit| digit.is_ascii_digit())) {
                    word = None;
                }
                finish(&mut word, &mut redirected);
                redirected = true;
                while letters.next_if(|next| " >&".contains(*next)).is_some() {}
            }
            '|' | '&' | ';' => {
                finish(&mut word, &mut redirected);
                let mut operator = String::from(letter);
                operator.extend(letters.next_if_eq(&letter));
                word = Some(operator);
                finish(&mut word, &mut redirected);
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    finish(&mut word, &mut redirected);
    words
}

/// Why the binary does not take these words, if it does not.
fn refusal(words: &[String]) -> Option<String> {
    let words = words.iter().map(|word| match word.as_str() {
        "HASH" | "$HASH" => A_HASH,
        cut if cut.starts_with("0x4200") && cut.contains('…') => A_PREDEPLOY,
        cut if cut.starts_with("0x") && cut.contains('…') => A_HASH,
        other => other,
    });
    let words: Vec<&str> = std::iter::once("causeway").chain(words).collect();
    let error = Cli::command().try_get_matches_from(&words).err()?;
    let is_refusal = !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    is_refusal.then(|| format!("`{}`: {error}", words.join(" ")))
}

/// What is wrong with the commands and flags that a text names in passing, without all that they need.
fn stray(span: &str) -> Option<String> {
    let mut levels = vec![Cli::command()];
    // Of several that stand for one, as in `erc20|eth`, each; tables have a backslash there.
    for word in span.split_whitespace().skip(1) {
        let is_name =
            word.chars().all(|letter| letter.is_ascii_lowercase() || "-|\\0123456789".contains(letter));
        if let Some(flag) = word.strip_prefix("--") {
            let flag = flag.split('=').next().unwrap_or(flag);
            let global = Cli::command();
            let known = levels.iter().chain([&global]).any(|command| {
                command.get_arguments().any(|argument| argument.get_long() == Some(flag)) || flag == "help"
            });
            if !known {
                return Some(format!("there is no flag --{flag}"));
            }
        } else if levels.iter().all(clap::Command::has_subcommands) {
            if !is_name {
                break;
            }
            let names: Vec<&str> = word.split(['|', '\\']).filter(|name| !name.is_empty()).collect();
            let found = |name: &str| levels.iter().find_map(|command| command.find_subcommand(name).cloned());
            match names.iter().map(|name| found(name)).collect::<Option<Vec<_>>>() {
                Some(next) => levels = next,
                None => return Some(format!("there is no command `{word}`")),
            }
        }
    }
    None
}

#[test]
fn a_wrong_command_line_is_noticed() {
    let wrong = |line: &str| commands(line).iter().any(|words| refusal(words).is_some());
    assert!(!wrong("causeway bridge eth --amount 1.5ether --from 901 --to 902 > log 2>&1 &"));
    assert!(!wrong("FOO=bar /usr/bin/causeway message status 0x53ee…89bf | tail -1   # causeway nothing"));
    assert!(!wrong("cd causeway && ls causeway nonsense"));
    assert!(wrong("causeway bridge eth --amount 1.5ether --from 901"));
    assert!(wrong("sleep 1; causeway devnet --autorelays"));
    assert!(wrong("causeway message statuses HASH"));
    assert_eq!(stray("causeway message send\\|status"), None);
    assert_eq!(stray("causeway devnet --verifier"), None);
    assert!(stray("causeway message sent").is_some());
    assert!(stray("causeway relayer run --databse FILE").is_some());
}
