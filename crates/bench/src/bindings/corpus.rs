//! Contracts that others wrote: OpenZeppelin's, compiled by forge.

use crate::timed::timed;
use eyre::ensure;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::process::Command;

/// So many of them.
const CONTRACTS: usize = 200;

/// A project with artifacts of contracts.
#[derive(Debug)]
pub(super) struct Corpus {
    folder: TempDir,
    pub(super) forge: PathBuf,
    /// The repository.
    pub(super) root: PathBuf,
    pub(super) contracts: usize,
}

impl Corpus {
    pub(super) async fn new() -> eyre::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let forge = root.join("node_modules/.foundry/forge");
        ensure!(forge.exists(), "there is no {}: make setup", forge.display());
        let folder = tempfile::tempdir()?;
        copy(&root.join("node_modules/@openzeppelin/contracts"), &folder.path().join("src"))?;
        let settings = format!(
            "[profile.default]\nsrc = \"src\"\nlibs = []\nevm_version = \"cancun\"\noptimizer = true\nsolc = {:?}\n",
            root.join("script/solc").display().to_string()
        );
        fs::write(folder.path().join("foundry.toml"), format!("{settings}[lint]\nlint_on_build = false\n"))?;
        timed(Command::new(&forge).current_dir(folder.path()).arg("build")).await?;
        let contracts = keep_first(&folder.path().join("out"))?;
        Ok(Self { folder, forge, root, contracts })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Keeps the first artifacts of contracts that offer anything, and returns how many.
fn keep_first(out: &Path) -> eyre::Result<usize> {
    let mut kept = 0;
    for path in json_files(out)? {
        let artifact: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        if artifact["abi"].as_array().is_some_and(|abi| !abi.is_empty()) && kept < CONTRACTS {
            kept += 1;
        } else {
            fs::remove_file(path)?;
        }
    }
    Ok(kept)
}

fn json_files(folder: &Path) -> eyre::Result<Vec<PathBuf>> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<eyre::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(files)
}

/// Copies the Solidity files of a folder, and of those in it.
fn copy(from: &Path, to: &Path) -> eyre::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else if path.extension().is_some_and(|extension| extension == "sol") {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
