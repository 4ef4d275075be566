//! What a shell offers where a chain is named: those of the configuration and of the devnets that run.

use crate::{config, environment, home};
use causeway_devnet::ChainKind;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use std::path::PathBuf;

/// For a flag that takes a chain.
pub(crate) fn chains() -> ArgValueCandidates {
    ArgValueCandidates::new(names)
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
