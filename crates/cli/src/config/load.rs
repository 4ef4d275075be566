//! Reading the configuration, and what is wrong with it in words that repeat nothing of it.

use super::{
    Config, based, chain_section,
    file::File,
    mistake::{Mistake, shown},
    removed::Removed,
    variables::{self, Setting},
};
use crate::{
    environment,
    failure::{Failure, Outcome},
};
use figment::{Figment, providers::Serialized, value::Dict};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The file that is read from the working directory when `--config` names none.
pub(crate) const DEFAULT_FILE: &str = "causeway.toml";
const HINT: &str = "`causeway config show` names every mistake, and prints what is in force without them";

/// A configuration and where it came from.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// The file that was read, if any.
    pub(crate) file: Option<PathBuf>,
    /// Names of the environment variables that set keys.
    pub(crate) variables: Vec<String>,
    /// What should be known of them, though all is well.
    pub(crate) warnings: Vec<String>,
}

/// Reads the configuration. A file that is named must exist; the default one may be missing.
pub(crate) fn load(named: Option<&Path>, working_directory: &Path) -> Outcome<Loaded> {
    let (loaded, mut mistakes) = load_what_is_right(named, working_directory);
    if mistakes.is_empty() { Ok(loaded) } else { Err(mistakes.swap_remove(0).or_hint(HINT)) }
}

/// Reads what can be read, and says what cannot: each is left out.
pub(crate) fn load_what_is_right(named: Option<&Path>, working_directory: &Path) -> (Loaded, Vec<Failure>) {
    let file = find(named, working_directory).and_then(|path| path.as_deref().map(File::read).transpose());
    read(file, working_directory, environment::with_prefix())
}

fn find(named: Option<&Path>, working_directory: &Path) -> Outcome<Option<PathBuf>> {
    match named {
        Some(path) if fs::symlink_metadata(path).is_err() => {
            let by = environment::named_by("--config", environment::CONFIG, path);
            Err(Failure::usage(format!(
                "there is no configuration file at {}, which {by} names",
                path.display()
            ))
            .with_hint(format!("name an existing file, or leave {by} away")))
        }
        Some(path) => Ok(Some(path.to_owned())),
        // Whatever stands there is meant to be one.
        None => {
            Ok(Some(working_directory.join(DEFAULT_FILE)).filter(|path| fs::symlink_metadata(path).is_ok()))
        }
    }
}

fn read(
    file: Outcome<Option<File>>,
    working_directory: &Path,
    variables: Vec<(String, OsString)>,
) -> (Loaded, Vec<Failure>) {
    let mut mistakes = Vec::new();
    let file = file.unwrap_or_else(|failure| {
        mistakes.push(failure);
        None
    });
    let nothing = toml::Table::new();
    let table = file.as_ref().map_or(&nothing, |file| &file.table);
    let (mut settings, strangers) = variables::sort(variables, table);
    let mut dict = dict(table);
    if let Some(file) = &file {
        mistakes.extend(based::rebase(&mut dict, &file.path, working_directory));
    }
    settings.retain(|setting| match setting.lay_over(&mut dict) {
        Ok(()) => true,
        Err(failure) => {
            mistakes.push(failure);
            false
        }
    });
    let mut loaded = Loaded {
        file: file.as_ref().map(|file| file.path.clone()),
        variables: settings.iter().map(|setting| setting.variable.clone()).collect(),
        ..Loaded::default()
    };
    if !strangers.is_empty() {
        loaded.warnings.push(format!("not read, for no such variable is known: {}", strangers.join(", ")));
    }
    let sources = Sources { file, settings };
    let mut removed = Removed::default();
    loop {
        match try_out(&dict, &sources, &removed) {
            Ok(config) => {
                loaded.config = config;
                return (loaded, mistakes);
            }
            Err((path, failure)) => {
                // What a table lacks since a wrong key was taken out of it is no other mistake.
                if !removed.is_below(&path) {
                    mistakes.push(failure);
                }
                if !removed.take(&mut dict, path) {
                    return (loaded, mistakes);
                }
            }
        }
    }
}

/// The configuration, or the key that keeps it from being one, by where it stands in the file, and why.
fn try_out(dict: &Dict, sources: &Sources, removed: &Removed) -> Result<Config, (Vec<String>, Failure)> {
    let figment = Figment::from(Serialized::defaults(Config::default())).merge(Serialized::defaults(dict));
    let mut config: Config = figment.extract().map_err(|error| {
        let mut mistake = Mistake::of(&error);
        mistake.path = removed.original(mistake.path);
        let failure = sources.explain(&mistake);
        (mistake.path, failure)
    })?;
    for (name, chain) in &mut config.chains {
        chain_section::complete(name, chain).map_err(|failure| {
            let path = vec!["chains".to_owned(), name.clone()];
            let what =
                format!("the configuration is wrong at `chains.{}`{}", shown(name), sources.place_of(&path));
            (path, failure.context(what))
        })?;
    }
    Ok(config)
}

/// Where values come from.
struct Sources {
    file: Option<File>,
    settings: Vec<Setting>,
}

impl Sources {
    fn explain(&self, mistake: &Mistake) -> Failure {
        if let Some(setting) = self.settings.iter().find(|setting| mistake.path.starts_with(&setting.path)) {
            let failure = setting.wrong(&mistake.why);
            return match mistake.hint {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            };
        }
        let place = self.place_of(&mistake.path);
        let at = match &self.file {
            _ if mistake.path.is_empty() => String::new(),
            Some(file) => format!(" at {}", file.name_of(&mistake.path)),
            None => format!(" at `{}`", mistake.key()),
        };
        let failure = Failure::usage(format!("the configuration is wrong{at}{place}: {}", mistake.why));
        match (&mistake.meant, mistake.hint) {
            (Some(meant), _) => failure.with_hint(format!("is `{meant}` meant?")),
            (None, Some(hint)) => failure.with_hint(hint),
            (None, None) => failure,
        }
    }

    /// In which file and line a key or table stands, or which variables make the table.
    fn place_of(&self, path: &[String]) -> String {
        let variables: Vec<&str> = self
            .settings
            .iter()
            .filter(|setting| path.len() > 1 && setting.path.starts_with(path))
            .map(|setting| setting.variable.as_str())
            .collect();
        match &self.file {
            Some(file) if variables.is_empty() || file.has(path) => file.place_of(path),
            _ if variables.is_empty() => String::new(),
            _ => format!(" as {} makes it", variables.join(" and ")),
        }
    }
}

fn dict(table: &toml::Table) -> Dict {
    // What was read as TOML can be written.
    figment::value::Value::serialize(table)
        .ok()
        .and_then(figment::value::Value::into_dict)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_overrides_defaults_and_urls_are_redacted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join(DEFAULT_FILE),
            "[devnet]\nblock-time = 1\n[chains.main]\nchain-id = 10\nrpc-url = \"https://user:hunter2@node.example/v3/s3cret\"\n",
        )
        .unwrap();
        let loaded = load(None, folder.path()).unwrap();
        assert_eq!(loaded.config.devnet.block_time, 1);
        assert_eq!(loaded.config.devnet.l2_count, 2);
        let shown = toml::to_string(&loaded.config).unwrap() + &format!("{:?}", loaded.config);
        assert!(!shown.contains("hunter2") && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn a_chain_may_have_several_nodes() {
        let folder = tempfile::tempdir().unwrap();
        let load_with = |line: &str| {
            let text = format!("[chains.main]\nchain-id = 10\n{line}\n");
            std::fs::write(folder.path().join(DEFAULT_FILE), text).unwrap();
            load(None, folder.path())
        };
        let [a, b] = ["https://a.example/s3cret", "wss://user:hunter2@b.example"];
        for line in [format!("rpc-url = [\"{a}\", \"{b}\"]"), format!("rpc-url = \"{a} {b}\"")] {
            let loaded = load_with(&line).unwrap();
            let urls: Vec<_> = loaded.config.chains["main"].nodes().map(|node| node.expose()).collect();
            assert_eq!(urls, [a, "wss://user:hunter2@b.example/"]);
            let shown = toml::to_string(&loaded.config).unwrap();
            assert!(shown.contains("\"https://a.example/…\"") && shown.contains("\"wss://…@b.example\""));
            assert!(!shown.contains("hunter2") && !shown.contains("s3cret"), "{shown}");
            let endpoints = loaded.config.chains["main"].endpoints().unwrap();
            assert_eq!(endpoints.options().hedge_after, Some(std::time::Duration::from_millis(250)));
        }
        let loaded = load_with(&format!("rpc-url = [\"{a}\"]\nrpc-hedge-after = \"1s\"")).unwrap();
        assert!(toml::to_string(&loaded.config).unwrap().contains("rpc-url = \"https://a.example/…\""));
        let endpoints = loaded.config.chains["main"].endpoints().unwrap();
        assert_eq!(endpoints.options().hedge_after, Some(std::time::Duration::from_secs(1)));
        let message = load_with("rpc-url = []").unwrap_err().message();
        assert!(message.contains("chains.main.rpc-url"), "{message}");
    }

    /// Whatever is wrong with a line, what stands in it is not repeated.
    #[test]
    fn no_mistake_repeats_what_stands_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let url = "https://canaryuser:canarypass@node.example/canarypath?key=canaryquery";
        let key = "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
        let canaries = ["canaryuser", "canarypass", "canarypath", "canaryquery", key];
        let chain = "[chains.x]\nchain-id = 1\n";
        for secret in [url, key, &format!("0x{key}")] {
            let other = secret.replace("https", "ftp");
            for text in [
                format!("{chain}rpc-url = {secret}\n"),
                format!("{chain}rpc-url = \"{secret}\n"),
                format!("{chain}rpc-url \"{secret}\"\n"),
                format!("{chain}rpc-url = \"{secret}\" x\n"),
                format!("{chain}rpc-url = '''{secret}\n"),
                format!("{chain}rpc-url = \"\\q{secret}\"\n"),
                format!("{chain}rpc-url = \"{secret}\"\nrpc-url = \"{secret}\"\n"),
                format!("{chain}rpc-url = [[\"{secret}\"]]\n"),
                format!("{chain}rpc-url = [\"{secret}\", 1]\n"),
                format!("{chain}rpc-url = [\"{secret}\", \"{other}\"]\n"),
                format!("{chain}rpc-url = \"{secret} {other}\"\n"),
                format!("{chain}rpc-url = {{ url = \"{secret}\" }}\n"),
                format!("{chain}rpc-url = \"{other}\"\n"),
                format!("{chain}rpc-urls = \"{secret}\"\n"),
                format!("{chain}private-key = \"{secret}\"\n"),
                format!("private-key = \"{secret}\"\n"),
                format!("\"{secret}\" = 1\n"),
                format!("\"{secret}\" = 1\n\"{secret}\" = 1\n"),
                format!("{secret}\n"),
                format!("{secret} = 1\n"),
                format!("[chains.\"{secret}\"]\nchain-id = \"x\"\n"),
                format!("[chains.\"{secret}\"]\nchain-id = 1\n"),
                format!("[chains.\"{secret}\"]\n[chains.\"{secret}\"]\n"),
                format!("[{secret}]\n"),
                format!("[chains]\nx = \"{secret}\"\n"),
                format!("chains = \"{secret}\"\n"),
                format!("[devnet]\nblock-time = \"{secret}\"\n"),
                format!("[devnet]\nhost = \"{secret}\"\n"),
                format!("[verifier]\nlisten = \"{secret}\"\n"),
                format!("[relayer]\nremote-signers = \"{secret}\"\n"),
                format!("[relayer]\nremote-signers = [\"{}={other}\"]\n", alloy::primitives::Address::ZERO),
                format!("{chain}rpc-url-file = \"/nowhere\"\nrpc-url = \"https://h/{key}?canaryquery\"\n"),
            ] {
                std::fs::write(&file, &text).unwrap();
                let failure = load(Some(&file), folder.path()).expect_err(&text);
                let said = format!("{} {}", failure.message(), failure.hint().unwrap_or_default());
                for canary in canaries {
                    assert!(!said.contains(canary), "{text}: {said}");
                }
                assert_eq!(failure.exit(), crate::exit::Exit::Usage, "{said}");
            }
        }
    }

    #[test]
    fn a_list_is_no_section() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (text, key) in [
            ("devnet = [3]\n", "devnet"),
            ("relayer = []\n", "relayer"),
            ("verifier = [\"127.0.0.1:1\"]\n", "verifier"),
            ("[chains]\nx = [10, \"http://127.0.0.1:1\"]\n", "chains.x"),
            ("chains = []\n", "chains"),
        ] {
            std::fs::write(&file, text).unwrap();
            let message = load(Some(&file), folder.path()).unwrap_err().message();
            let expected = format!("at `{key}` in");
            assert!(
                message.contains(&expected) && message.contains("expected a table, found a list"),
                "{message}"
            );
        }
        std::fs::write(&file, "[devnet]\nblok-time = 1\n").unwrap();
        let message = load(Some(&file), folder.path()).unwrap_err().message();
        assert!(message.contains("there is no key `blok-time`"), "{message}");
    }

    #[test]
    fn zero_is_no_limit_or_no_value() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        let limits = "max-entries = 0\nmax-connections = 0\nmax-connections-per-caller = 0\nrate-limit = 0\n";
        std::fs::write(&file, format!("[verifier]\nexpiry-window = 0\n{limits}")).unwrap();
        let verifier = load(Some(&file), folder.path()).unwrap().config.verifier;
        assert_eq!((verifier.expiry_window(), verifier.max_entries), (604_800, 0));
        for key in ["index-cache", "max-reorg-depth", "stale-after"] {
            std::fs::write(&file, format!("[verifier]\n{key} = 0\n")).unwrap();
            let failure = load(Some(&file), folder.path()).unwrap_err();
            let message = failure.message();
            let parts =
                [&format!("`verifier.{key}`"), "c.toml", "expected a whole number of at least 1, found 0"];
            assert!(parts.iter().all(|part| message.contains(*part)), "{message}");
        }
        let loaded = load(None, folder.path()).unwrap();
        assert!(!loaded.config.verifier.same_timestamp);
    }

    #[test]
    fn a_syntax_error_names_file_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "[devnet]\nblock-time = = 1\n").unwrap();
        let message = load(Some(&file), folder.path()).unwrap_err().message();
        assert!(message.contains("c.toml is no TOML, line 2, column 14: "), "{message}");
    }

    #[test]
    fn mistakes_name_key_and_file_but_no_value() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (text, expected) in [
            ("[devnet]\nblok-time = 1\n", "blok-time"),
            ("[devnet]\nblock-time = \"s3cret\"\n", "devnet.block-time"),
            ("[chains.x]\nchain-id = 1\n", "rpc-url"),
            ("[chains.x]\nchain-id = 1\nrpc-url = \"ftp://u:s3cret@h\"\n", "chains.x.rpc-url"),
        ] {
            std::fs::write(&file, text).unwrap();
            let message = load(Some(&file), folder.path()).unwrap_err().message();
            assert!(message.contains(expected), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
    }
}
