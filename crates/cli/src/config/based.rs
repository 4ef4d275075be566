//! Paths in a causeway.toml begin in its folder, whichever folder the process works in; those of variables and flags in the latter.

use crate::failure::Failure;
use figment::value::{Dict, Value};
use std::path::Path;

/// Keys that hold a path, or several; `devnet.anvil` is a program's name, too, and looked for on the PATH.
const PATHS: [&str; 15] = [
    "chains.*.rpc-url-file",
    "relayer.api-token-file",
    "relayer.database",
    "relayer.key-files",
    "relayer.keystores",
    "relayer.password-file",
    "relayer.resend-key-file",
    "relayer.resend-keystore",
    "relayer.screening-list",
    "relayer.top-up-key-file",
    "relayer.top-up-keystore",
    "relayer.webhook-secret-file",
    "verifier.dependency-set",
    "verifier.index",
    "verifier.jwt-secret",
];
/// Keys that hold other things, or `@` and a path.
const MARKED: [&str; 3] = ["relayer.remote-signers", "relayer.top-up-remote-signer", "relayer.webhook-urls"];

/// Of these, lists.
const LISTS: [&str; 4] = ["key-files", "keystores", "remote-signers", "webhook-urls"];

/// Lets the paths of a file begin in its folder. Returns those that are only where they used to be looked for: a relayer
/// would begin with an empty database, and pay a second time for what is on its way.
pub(super) fn rebase(dict: &mut Dict, file: &Path, working_directory: &Path) -> Vec<Failure> {
    let folder = file.parent().unwrap_or_else(|| Path::new(""));
    let whole = |path: &Path| std::fs::canonicalize(working_directory.join(path)).ok();
    if whole(folder) == whole(Path::new("")) {
        return Vec::new();
    }
    let mut lost = Vec::new();
    for (key, is_path) in PATHS.map(|key| (key, true)).into_iter().chain(MARKED.map(|key| (key, false))) {
        let names: Vec<&str> = key.split('.').collect();
        each(dict, &names, &mut |text| {
            let Some((mark, path)) = parts(text, is_path) else { return };
            let Some(new) = below(folder, path) else { return };
            let is_there = |path: &str| working_directory.join(path).exists();
            if is_there(path) && !is_there(&new) {
                lost.push(moved(key, &new));
            }
            *text = format!("{mark}{new}");
        });
    }
    lost
}

/// What stands before a path, and the path.
fn parts(text: &str, is_path: bool) -> Option<(String, &str)> {
    let text = text.trim();
    if let Some(path) = text.strip_prefix('@') {
        return Some(("@".to_owned(), path));
    }
    match text.split_once("=@") {
        _ if is_path => Some((String::new(), text)),
        Some((account, path)) => Some((format!("{account}=@"), path)),
        None => None,
    }
}

/// Changes every text that stands at a key; where there may be several, with commas between them, each.
fn each(dict: &mut Dict, names: &[&str], change: &mut dyn FnMut(&mut String)) {
    let Some((first, rest)) = names.split_first() else { return };
    for (name, value) in dict.iter_mut().filter(|(name, _)| *first == "*" || name == first) {
        match value {
            Value::Dict(_, below) => each(below, rest, change),
            Value::String(_, text) if rest.is_empty() && LISTS.contains(&name.as_str()) => {
                let mut entries: Vec<String> = text.split(',').map(str::to_owned).collect();
                entries.iter_mut().for_each(&mut *change);
                *text = entries.join(",");
            }
            Value::String(_, text) if rest.is_empty() => change(text),
            Value::Array(_, entries) if rest.is_empty() => {
                for entry in entries {
                    if let Value::String(_, text) = entry {
                        change(text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The path in the folder; nothing for what is whole already, or no path.
fn below(folder: &Path, path: &str) -> Option<String> {
    let is_whole = path.is_empty() || path.starts_with('/') || path == "~" || path.starts_with("~/");
    if is_whole || path.contains("://") {
        return None;
    }
    folder.join(path).to_str().map(str::to_owned)
}

fn moved(key: &str, path: &str) -> Failure {
    let key = key.replace(".*.", ".NAME.");
    Failure::usage(format!(
        "`{key}` of causeway.toml names {path}, where nothing is; in the folder in which you work there is a file of that name"
    ))
    .with_hint("paths in causeway.toml begin in its folder: write the whole path, or move the file there")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{keys, load::load};
    use std::fs;

    #[test]
    fn every_key_that_holds_a_path_is_known() {
        let mut all: Vec<String> = keys::all()
            .into_iter()
            .filter(|key| key.takes == "a path")
            .map(|key| key.path.join(".").replace("chains.NAME.", "chains.*."))
            .filter(|key| key != "devnet.anvil")
            .collect();
        all.sort_unstable();
        assert_eq!(all, PATHS);
    }

    #[test]
    fn paths_of_a_file_begin_in_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (folder.path().join("here"), folder.path().join("there"));
        fs::create_dir(&here).unwrap();
        fs::create_dir(&there).unwrap();
        fs::write(there.join("node"), "http://127.0.0.1:1").unwrap();
        let account = alloy::primitives::Address::ZERO;
        let file = there.join("causeway.toml");
        let text = format!(
            "[relayer]\ndatabase = \"@url\"\nkeystores = [\"a\", \"/b\"]\nkey-files = \"c, sub/d\"\n\
             remote-signers = [\"{account}=@e\", \"{account}=http://h\"]\nwebhook-urls = [\"@f\", \"https://h\"]\n\
             [chains.x]\nchain-id = 5\nrpc-url-file = \"node\"\n"
        );
        fs::write(&file, text).unwrap();
        let config = load(Some(&file), &here).unwrap().config;
        let in_there = |name: &str| there.join(name).display().to_string();
        assert_eq!(config.relayer.database.unwrap().display().to_string(), format!("@{}", in_there("url")));
        let list = |paths: &crate::config::List<std::path::PathBuf>| {
            paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(list(&config.relayer.keystores), [in_there("a"), "/b".to_owned()]);
        assert_eq!(list(&config.relayer.key_files), [in_there("c"), in_there("sub/d")]);
        let signers: Vec<String> = config.relayer.remote_signers.iter().map(ToString::to_string).collect();
        assert!(signers[0].ends_with(&format!("=@{}", in_there("e"))), "{signers:?}");
        assert_eq!(config.chains["x"].nodes().count(), 1, "its URL was read");
        for whole in ["postgres://u:p@h/x", "@/run/url", "~/x", "/a@b"] {
            let (mark, path) = parts(whole, true).unwrap();
            assert_eq!(
                (mark.len(), below(Path::new("there"), path)),
                (usize::from(whole.starts_with('@')), None)
            );
        }
        assert_eq!(parts("a=@b,c", true), Some((String::new(), "a=@b,c")), "a file's name");
    }

    /// What a relayer has recorded is not left behind.
    #[test]
    fn what_is_only_where_one_works_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (folder.path().join("here"), folder.path().join("there"));
        fs::create_dir(&here).unwrap();
        fs::create_dir(&there).unwrap();
        let file = there.join("causeway.toml");
        fs::write(&file, "[relayer]\ndatabase = \"relayer.sqlite\"\n").unwrap();
        fs::write(here.join("relayer.sqlite"), "").unwrap();
        let failure = load(Some(&file), &here).unwrap_err();
        assert!(failure.message().contains("`relayer.database` of causeway.toml names"), "{failure:?}");
        fs::write(there.join("relayer.sqlite"), "").unwrap();
        let config = load(Some(&file), &here).unwrap().config;
        assert_eq!(config.relayer.database, Some(there.join("relayer.sqlite")));
        fs::remove_file(here.join("relayer.sqlite")).unwrap();
        fs::remove_file(there.join("relayer.sqlite")).unwrap();
        assert!(load(Some(&file), &here).is_ok(), "there is none yet");
    }
}
