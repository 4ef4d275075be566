//! A dependency set in a file, as the OP Stack's tools have them.

use crate::{
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use alloy::primitives::U256;
use causeway_deploy::dependency_set::{ChainSet, SetFile};
use std::path::{Path, PathBuf};

/// What such a file looks like, for hints.
const EXAMPLE: &str = r#"three forms are read: op-node's {"dependencies":{"901":{},"902":{}},"overrideMessageExpiryWindow":3600}, the last of which may be left away; a list of these, as in kona's depsets.json; and a chain of the superchain registry, TOML with [interop.dependencies.901] and so on"#;

/// A file with the chains that accept messages of one another. It may hold several sets of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DependencyFile {
    pub(crate) path: PathBuf,
    file: SetFile,
}

/// A dependency set on the command line: ids of chains, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamedSet {
    /// `901,902`.
    Ids(Vec<u64>),
    /// A path.
    File(PathBuf),
}

/// Reads ids, or else takes the text for a path.
pub(crate) fn named(text: &str) -> Result<NamedSet, String> {
    let ids: Result<Vec<u64>, _> = text.split(',').map(|id| crate::parse::number(id.trim())).collect();
    let path = environment::expand(Path::new(text)).map_err(|error| error.to_string())?;
    match ids {
        Ok(ids) => Ok(NamedSet::Ids(ids)),
        // A pipe is as good as a file: `<(…)` of shells.
        Err(_) if path.exists() => Ok(NamedSet::File(path)),
        Err(error) => Err(format!("{error}, as in 901,902, or the name of a file, of which there is none")),
    }
}

impl DependencyFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path)
            .what(format!("cannot read the dependency set {}", path.display()))
            .bad_input()
            .hint("name a file with the dependency set: op-node's, kona's depsets.json, or a chain's of the registry")?;
        let file = SetFile::parse(&text).map_err(|why| {
            Failure::usage(format!("{} is no dependency set: {why}", path.display())).with_hint(EXAMPLE)
        })?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// The set that a chain is in.
    pub(crate) fn set_with(&self, chain_id: u64) -> Option<&ChainSet> {
        self.file.set_with(U256::from(chain_id))
    }

    /// The set by which messages of these chains are judged, of which not all need be in it: the only one in the file, or the
    /// one that some of them are in.
    pub(crate) fn set_for(&self, chain_ids: impl IntoIterator<Item = u64>) -> Outcome<&ChainSet> {
        self.file.set_for(chain_ids.into_iter().map(U256::from)).map_err(|why| {
            Failure::usage(why)
                .with_code(ErrorCode::InvalidConfig)
                .context(format!("cannot choose a dependency set from {}", self.path.display()))
                .with_hint("name chains of one set, or a file that holds one set only")
        })
    }

    /// Which of several sets counts, in words; nothing where there is one only.
    pub(crate) fn choice(&self, set: &ChainSet) -> Option<String> {
        let count = self.file.sets().len();
        (count > 1).then(|| {
            format!("{} holds {count} dependency sets; the one of {set} counts", self.path.display())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_takes_ids_or_a_file() {
        assert_eq!(named("901,902"), Ok(NamedSet::Ids(vec![901, 902])));
        assert_eq!(named("901"), Ok(NamedSet::Ids(vec![901])));
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(named(path), Ok(NamedSet::File(path.into())));
        let error = named("901,9o2").unwrap_err();
        assert!(error.contains("901,902") && error.contains("file"), "{error}");
    }
}
