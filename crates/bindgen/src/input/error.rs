use std::{io, path::PathBuf};

/// Why no contracts were found.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// A folder was named that is none of a project.
    #[error("{} is no project of forge or hardhat: there is no foundry.toml and no hardhat.config in it", path.display())]
    NoProject {
        /// The folder.
        path: PathBuf,
    },
    /// A project's configuration cannot be understood.
    #[error("cannot understand {}: {reason}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A project is not compiled.
    #[error("there are no artifacts in {}", folder.display())]
    Missing {
        /// Where they should be.
        folder: PathBuf,
        /// What makes them.
        remedy: &'static str,
    },
    /// Artifacts were made of other sources than there are now.
    #[error("artifacts are older than their sources: {}", what.join(", "))]
    Stale {
        /// Contracts and sources.
        what: Vec<String>,
        /// What renews them.
        remedy: &'static str,
    },
    /// A file is no artifact.
    #[error("cannot use the artifact {}: {reason}", path.display())]
    Artifact {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A glob is none.
    #[error("cannot understand the pattern {pattern:?}: {reason}")]
    Pattern {
        /// It.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A glob matches nothing.
    #[error("no contract matches {pattern:?}")]
    NoMatch {
        /// It.
        pattern: String,
        /// Names of contracts that there are.
        known: Vec<String>,
    },
    /// Everything was left out.
    #[error("no contract is left to make bindings of: {left_out}")]
    Nothing {
        /// What was left out, in words.
        left_out: String,
    },
    /// An address was given to a contract that is none of these.
    #[error("there is no contract {name:?} to give an address to")]
    NoSuchContract {
        /// Its name.
        name: String,
        /// Names of contracts that there are.
        known: Vec<String>,
    },
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl GatherError {
    /// For `map_err`.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
