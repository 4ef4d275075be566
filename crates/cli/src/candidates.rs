//! What a shell offers for the value of a flag: chains, those of the configuration and of the devnets that run; files.

use crate::{config, environment, home};
use causeway_devnet::ChainKind;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use std::{ffi::OsStr, path::PathBuf};

/// For a flag that takes a chain.
pub(crate) fn chains() -> ArgValueCandidates {
    ArgValueCandidates::new(names)
}

/// For a flag that takes a file in a type of its own, of which the shell would not know that it is one.
pub(crate) fn files() -> ArgValueCompleter {
    ArgValueCompleter::new(PathCompleter::any())
}

/// For a flag that takes one of a few words, or a file.
pub(crate) fn words_or_files(words: &'static [&'static str]) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let typed_text = typed.to_string_lossy();
        let words = words.iter().filter(|word| word.starts_with(&*typed_text));
        let mut offered: Vec<_> = words.map(CompletionCandidate::new).collect();
        offered.extend(PathCompleter::any().complete(typed));
        offered
    })
}

/// Names and ids. Whatever goes wrong here, nobody looks at it: there is less to offer then.
fn names() -> Vec<CompletionCandidate> {
    let mut known: Vec<(String, u64)> = Vec::new();
    if let Ok(working_directory) = std::env::current_dir() {
        let named = environment::read(environment::CONFIG).map(PathBuf::from);
        let (loaded, _) = config::load_what_is_right(named.as_deref(), &working_directory);
        known.extend(loaded.config.chains.into_iter().map(|(name, chain)| (name, chain.chain_id)));
    }
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
        let chains = runtime.block_on(home::running()).into_iter().flat_map(|network| network.chains);
        let l2 = chains.filter(|chain| chain.kind == ChainKind::L2);
        known.extend(l2.map(|chain| (chain.name, chain.chain_id)));
    }
    let names = known.iter().map(|(name, id)| (name.clone(), id.to_string()));
    let ids = known.iter().map(|(name, id)| (id.to_string(), name.clone()));
    let candidate = |(value, help): (String, String)| CompletionCandidate::new(value).help(Some(help.into()));
    names.chain(ids).map(candidate).collect()
}
