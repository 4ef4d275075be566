//! Reading artifacts: every file of a folder, or the one that was named.

use super::{
    error::GatherError,
    hardhat::BuildInfo,
    project::{Project, Tool},
};
use crate::contract::Contract;
use causeway_artifact::Artifact;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// No compiler writes larger ones; what is larger would fill the memory.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A contract that may be meant.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) contract: Contract,
    /// The file that it was read from. None: it is one of interop's.
    pub(super) path: Option<PathBuf>,
    /// What tells its project from others.
    pub(super) project: String,
    /// The sources that it was compiled from, and their hashes.
    pub(super) sources: Vec<(String, String)>,
}

impl Candidate {
    pub(super) const fn of_interop(contract: Contract) -> Self {
        Self { contract, path: None, project: String::new(), sources: Vec::new() }
    }

    /// Whether a person means it by `name`, or `source:name`.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let contract = &self.contract;
        contract.name == name
            || contract.ident == name
            || contract.source.as_ref().is_some_and(|source| format!("{source}:{}", contract.name) == name)
    }
}

/// Every artifact of a project, in the order of their paths.
pub(super) fn scan(project: &Project) -> Result<Vec<Candidate>, GatherError> {
    let mut candidates = Vec::new();
    let mut infos = BuildInfo::default();
    for place in &project.artifacts {
        if place.is_dir() {
            let mut files = Vec::new();
            list(place, &mut files)?;
            files.sort();
            for file in &files {
                candidates.extend(read(file, project, &mut infos, false)?);
            }
        } else {
            candidates.extend(read(place, project, &mut infos, true)?);
        }
    }
    Ok(candidates)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), GatherError> {
    for entry in fs::read_dir(folder).map_err(GatherError::io(folder))? {
        let entry = entry.map_err(GatherError::io(folder))?;
        let (path, name) = (entry.path(), entry.file_name());
        // Not by links, which may lead around in a circle.
        let kind = entry.file_type().map_err(GatherError::io(&path))?;
        if kind.is_dir() {
            // Build information is large and holds no artifacts.
            if name != "build-info" && name != "node_modules" {
                list(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "json")
            && !name.to_string_lossy().ends_with(".dbg.json")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads one file. In a folder there may be other JSON; a file that was named must be an artifact.
fn read(
    path: &Path,
    project: &Project,
    infos: &mut BuildInfo,
    is_named: bool,
) -> Result<Option<Candidate>, GatherError> {
    let wrong = |reason: String| GatherError::Artifact { path: path.to_owned(), reason };
    let metadata = fs::metadata(path).map_err(GatherError::io(path))?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return match is_named {
            true => Err(wrong(format!("it is no file of less than {} MB", LARGEST >> 20))),
            false => Ok(None),
        };
    }
    let text = fs::read_to_string(path).map_err(GatherError::io(path))?;
    // A byte order mark is none of JSON's.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut json: Value = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => return Err(wrong(format!("it is no JSON: {error}"))),
    };
    let has_abi = json.is_array() && is_named || json["abi"].is_array();
    let is_list_of_items =
        json.as_array().is_some_and(|items| items.iter().all(|item| item["type"].is_string()));
    if !has_abi && !is_list_of_items {
        return if is_named { Err(wrong("it has no `abi`".to_owned())) } else { Ok(None) };
    }
    if project.tool != Tool::Forge {
        infos.complete(path, &mut json)?;
    }
    let artifact = Artifact::read(&json).map_err(|error| wrong(error.to_string()))?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    // forge tells versions and profiles of compilers apart: `Counter.0.8.30.json`.
    let fallback = stem.split('.').next().unwrap_or_default().to_owned();
    let sources = artifact.sources.clone();
    let mut contract = Contract::new(artifact, &fallback);
    if contract.source.is_none() {
        contract.source = folder_of_source(path);
    }
    Ok(Some(Candidate { contract, path: Some(path.to_owned()), project: project.label(), sources }))
}

/// Artifacts lie in a folder that is called as their source: `Counter.sol/Counter.json`.
fn folder_of_source(path: &Path) -> Option<String> {
    let name = path.parent()?.file_name()?.to_str()?;
    name.ends_with(".sol").then(|| name.to_owned())
}

/// Of several artifacts of one contract (forge keeps one for each version of the compiler), the one that bears its plain name, or else
/// the last in the order of names.
pub(super) fn one_of_each(candidates: Vec<Candidate>, notes: &mut Vec<String>) -> Vec<Candidate> {
    let mut by_contract: BTreeMap<(Option<String>, String), Vec<Candidate>> = BTreeMap::new();
    let mut alone = Vec::new();
    for candidate in candidates {
        match &candidate.contract.source {
            None => alone.push(candidate),
            Some(_) => {
                let key = (candidate.contract.source.clone(), candidate.contract.name.clone());
                by_contract.entry(key).or_default().push(candidate);
            }
        }
    }
    let chosen = by_contract.into_values().filter_map(|mut several| {
        let is_plain = |one: &Candidate| {
            let stem = one.path.as_deref().and_then(Path::file_stem);
            stem.is_some_and(|stem| stem.to_str() == Some(&one.contract.name))
        };
        let place = several.iter().position(is_plain).unwrap_or(several.len().checked_sub(1)?);
        let chosen = several.swap_remove(place);
        if several.iter().any(|other| other.contract.abi != chosen.contract.abi) {
            let path = chosen.path.as_deref().unwrap_or(Path::new("")).display();
            notes.push(format!(
                "{} has several artifacts with different ABIs: {path} is used",
                chosen.contract.name
            ));
        }
        Some(chosen)
    });
    alone.extend(chosen);
    alone
}
