//! Whether artifacts were made of the sources that there are.

use super::{error::GatherError, project::Project, scan::Candidate};
use alloy::primitives::keccak256;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// The compiler writes the hashes of its sources into an artifact. Where it did not, or there are no sources, nothing is known.
pub(super) fn check(
    project: &Project,
    selected: &[Candidate],
    is_allowed: bool,
    notes: &mut Vec<String>,
) -> Result<(), GatherError> {
    let Some(root) = project.root.as_deref() else { return Ok(()) };
    if !root.join(&project.layout.src).is_dir() {
        return Ok(());
    }
    // Whether a file is what the hash says; none where it is not there.
    let mut hashes: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut changed = BTreeSet::new();
    for candidate in selected {
        let own = candidate.contract.source.as_deref();
        for (source, expected) in &candidate.sources {
            let found = hashes.entry(source).or_insert_with(|| {
                let path = root.join(source.strip_prefix("project/").unwrap_or(source));
                fs::read(path).ok().map(|content| keccak256(content).to_string())
            });
            let name = &candidate.contract.name;
            match found {
                Some(found) if found != expected => {
                    changed.insert(format!("{name} ({source} has changed)"));
                }
                None if own == Some(source) => {
                    changed.insert(format!("{name} ({source} is gone)"));
                }
                _ => {}
            }
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    const SHOWN: usize = 3;
    let mut what: Vec<_> = changed.iter().take(SHOWN).cloned().collect();
    if changed.len() > SHOWN {
        what.push(format!("and {} more", changed.len() - SHOWN));
    }
    let error = GatherError::Stale { what, remedy: project.remedy() };
    if is_allowed {
        notes.push(error.to_string());
        return Ok(());
    }
    Err(error)
}
