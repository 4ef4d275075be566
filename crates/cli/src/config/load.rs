//! Reading the configuration, and what is wrong with it in words that repeat nothing of it: a line that is wrong may hold a
//! URL with a password, or a key.

use super::{ChainSection, Config};
use crate::{
    environment,
    failure::{Failure, Outcome, OutcomeExt},
};
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Env, Serialized},
    value::{Dict, Map},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The file that is read from the working directory when `--config` names none.
const DEFAULT_FILE: &str = "causeway.toml";
const HINT: &str = "`causeway config show` prints every key with its value in force";
const SYNTAX: &str = "texts stand in double quotes, and each key stands once; the line itself is not shown, for it may hold a secret";

/// A configuration and where it came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// The file that was read, if any.
    pub(crate) file: Option<PathBuf>,
    /// Names of the environment variables that set keys.
    pub(crate) variables: Vec<String>,
}

/// Reads the configuration. A file that is named must exist; the default one may be missing.
pub(crate) fn load(named: Option<&Path>, working_directory: &Path) -> Outcome<Loaded> {
    let file = match named {
        Some(path) if !path.is_file() => {
            return Err(Failure::usage(format!("there is no configuration file at {}", path.display()))
                .with_hint("name an existing file with --config, or leave the flag away"));
        }
        Some(path) => Some(path.to_owned()),
        None => Some(working_directory.join(DEFAULT_FILE)).filter(|path| path.is_file()),
    };
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = &file {
        figment = figment.merge(File::read(file)?);
    }
    let variables = variables();
    let names: Vec<String> =
        variables.iter().map(|name| name[environment::CONFIG_PREFIX.len()..].to_owned()).collect();
    let env = Env::prefixed(environment::CONFIG_PREFIX)
        .filter(move |key| names.iter().any(|name| key.as_str().eq_ignore_ascii_case(name)))
        .map(|key| key.as_str().to_ascii_lowercase().replace("__", ".").replace('_', "-").into());
    let mut config = figment.merge(env).extract::<Config>().map_err(|error| explain(&error))?;
    for (name, chain) in &mut config.chains {
        read_url(chain).map_err(|failure| {
            let what = format!("the configuration is wrong at `chains.{}`", shown(name));
            failure.context(what).or_hint(HINT)
        })?;
    }
    Ok(Loaded { config, file, variables })
}

/// Variables that are set to nothing, as templates leave them, are not set.
fn variables() -> Vec<String> {
    let mut names: Vec<String> = std::env::vars_os()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(environment::CONFIG_PREFIX))
        .filter(|name| !environment::NOT_CONFIGURATION.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// Takes a chain's URL from its file, if it has one.
fn read_url(chain: &mut ChainSection) -> Outcome {
    let path = match (&chain.rpc_url, &chain.rpc_url_file) {
        (Some(_), None) => return Ok(()),
        (Some(_), Some(_)) => {
            return Err(Failure::usage("of `rpc-url` and `rpc-url-file` only one may be set"));
        }
        (None, None) => return Err(Failure::usage("the key `rpc-url` is missing")),
        (None, Some(path)) => path,
    };
    let text = fs::read_to_string(path)
        .what(format!("cannot read the rpc-url-file {}", path.display()))
        .bad_input()
        .hint("it holds the URL of the chain's node, and nothing else")?;
    chain.rpc_url = Some(text.parse().what(format!("wrong URL in {}", path.display())).bad_input()?);
    Ok(())
}

/// A parsed causeway.toml.
struct File {
    path: PathBuf,
    table: toml::Table,
}

impl File {
    fn read(path: &Path) -> Outcome<Self> {
        let text = fs::read_to_string(path)
            .what(format!("cannot read the configuration file {}", path.display()))
            .bad_input()
            .hint("is it a text file that you may read?")?;
        let table = toml::from_str(&text).map_err(|error| {
            // The parser's own text comes with the line that is wrong.
            let place = error.span().map(|span| place(&text, span.start)).unwrap_or_default();
            let why = words(error.message());
            Failure::usage(format!("{} is no TOML{place}: {why}", path.display())).with_hint(SYNTAX)
        })?;
        Ok(Self { path: path.to_owned(), table })
    }
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::from("causeway.toml", self.path.as_path())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Serialized::from(&self.table, Profile::Default).data()
    }
}

fn place(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    format!(", line {line}, column {column}")
}

/// The parser's words, without what they quote unless it can only be a name or a sign.
fn words(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let parts = parts.map(|(index, part)| if index % 2 == 1 && part.len() > 3 { shown(part) } else { part });
    parts.collect::<Vec<_>>().join("`").replace('\n', ", ")
}

/// Figment's error names key and source but may also quote the value, and a value may be a URL with a password:
/// the key and the kind of the fault are enough.
fn explain(error: &figment::Error) -> Failure {
    use figment::error::Kind;
    let path = error.path.iter().map(|key| shown(key)).collect::<Vec<_>>().join(".");
    let key = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
    let why = match &error.kind {
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("expected {}, found {}", words_of(&expected.to_string()), kind_of(found))
        }
        Kind::InvalidLength(_, expected) => format!("expected {expected}"),
        Kind::UnknownVariant(_, expected) => format!("expected one of {}", expected.join(", ")),
        Kind::UnknownField(field, _) => format!("there is no key `{}`", shown(field)),
        Kind::MissingField(field) => format!("the key `{}` is missing", shown(field)),
        Kind::DuplicateField(field) => format!("the key `{field}` stands twice"),
        Kind::ISizeOutOfRange(_) | Kind::USizeOutOfRange(_) => "the number is out of range".to_owned(),
        Kind::Unsupported(found) | Kind::UnsupportedKey(found, _) => {
            format!("{} cannot stand here", kind_of(found))
        }
        // The words of the types that values are read into, which do not repeat them.
        Kind::Message(message) => message.clone(),
    };
    let source = error.metadata.as_ref().map(|meta| match &meta.source {
        Some(source) => format!(" in {source}"),
        None => format!(" in {}", meta.name),
    });
    Failure::usage(format!("the configuration is wrong{key}{}: {why}", source.unwrap_or_default()))
        .with_hint(HINT)
}

/// A key, unless it looks like something else that came to stand in its place.
fn shown(key: &str) -> &str {
    let is_name = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if is_name { key } else { "…" }
}

/// What a value should be, where that is told by the name of a type.
fn words_of(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        _ if expected.starts_with("a nonzero ") => "a whole number of at least 1",
        "bool" | "a boolean" => "true or false",
        "a string" | "path string" => "a text",
        _ if expected.starts_with("struct ") || expected == "a map" => "a table",
        _ => expected,
    }
}

const fn kind_of(found: &figment::error::Actual) -> &'static str {
    use figment::error::Actual;
    match found {
        Actual::Bool(_) => "a boolean",
        Actual::Unsigned(0) | Actual::Signed(0) => "0",
        Actual::Unsigned(_) | Actual::Signed(_) => "a whole number",
        Actual::Float(_) => "a number with a fraction",
        Actual::Str(_) | Actual::Char(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
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
                format!("{chain}rpc-url = [\"{secret}\"]\n"),
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
    fn a_url_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (file, url) = (folder.path().join("c.toml"), folder.path().join("url"));
        std::fs::write(&url, "https://node.example/s3cretpath\n").unwrap();
        let text = format!("[chains.x]\nchain-id = 1\nrpc-url-file = \"{}\"\n", url.display());
        std::fs::write(&file, text).unwrap();
        let loaded = load(Some(&file), folder.path()).unwrap();
        let read = loaded.config.chains["x"].rpc_url.as_ref().unwrap();
        assert_eq!(read.expose(), "https://node.example/s3cretpath");
        std::fs::write(&url, "s3cretpath is no URL").unwrap();
        let message = load(Some(&file), folder.path()).unwrap_err().message();
        assert!(message.contains("chains.x") && !message.contains("s3cretpath"), "{message}");
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
