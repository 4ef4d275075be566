//! Finding contracts: the projects, their artifacts, which of them are meant, where they stand.

mod broadcast;
mod error;
mod foundry;
mod hardhat;
mod names;
mod project;
mod request;
mod scan;
mod select;
mod stale;

pub use error::GatherError;
pub use request::{NamedAddress, Request};

use crate::contract::Bindings;
use project::Project;
use scan::Candidate;
use select::Selection;
use std::path::PathBuf;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The contracts that were selected.
    pub bindings: Bindings,
    /// What a person should know, a sentence each.
    pub notes: Vec<String>,
    /// The roots of the projects. None: only the contracts of interop were used.
    pub roots: Vec<PathBuf>,
    /// Folders and files that were read: a change in them may change the bindings.
    pub read: Vec<PathBuf>,
}

/// Finds the contracts that are meant.
pub fn gather(request: &Request) -> Result<Gathered, GatherError> {
    let projects = project::find(request)?;
    let mut gathered = Gathered {
        roots: projects.iter().filter_map(|project| project.root.clone()).collect(),
        read: projects.iter().flat_map(Project::watched).collect(),
        ..Gathered::default()
    };
    gathered.bindings.version.clone_from(&request.version);
    let mut selection = Selection::new(&request.include, &request.exclude)?;
    let mut chosen = Vec::new();
    for project in &projects {
        let candidates = scan::scan(project)?;
        let selected: Vec<_> = candidates.into_iter().filter(|one| selection.takes(project, one)).collect();
        let mut selected = scan::one_of_each(selected, &mut gathered.notes);
        stale::check(project, &selected, request.allow_stale, &mut gathered.notes)?;
        if !request.no_broadcasts {
            broadcast::add(project, &mut selected, &mut gathered.notes)?;
        }
        chosen.extend(selected);
    }
    if projects.is_empty() || request.with_predeploys {
        let predeploys = request.predeploys.iter().map(|contract| Candidate::of_interop(contract.clone()));
        chosen.extend(predeploys.filter(|one| selection.takes_predeploy(one)));
    }
    selection.check()?;
    if chosen.is_empty() {
        return Err(GatherError::Nothing { left_out: selection.left_out() });
    }
    for named in &request.addresses {
        name_address(&mut chosen, named)?;
    }
    let (contracts, notes) = names::assign(chosen);
    gathered.notes.extend(notes);
    for contract in &contracts {
        for omitted in &contract.omitted {
            let (name, item) = (&contract.name, omitted.item.trim());
            gathered.notes.push(format!("{item} of {name} is left out: {}", omitted.reason));
        }
    }
    gathered.bindings.contracts = contracts;
    Ok(gathered)
}

fn name_address(chosen: &mut [Candidate], named: &NamedAddress) -> Result<(), GatherError> {
    let mut is_known = false;
    for candidate in chosen.iter_mut().filter(|one| one.is_called(&named.name)) {
        is_known = true;
        let addresses = &mut candidate.contract.addresses;
        match named.chain {
            Some(chain) => {
                addresses.chains.insert(chain, named.address);
            }
            None => addresses.everywhere = Some(named.address),
        }
    }
    if is_known {
        return Ok(());
    }
    let known = chosen.iter().map(|one| one.contract.name.clone()).collect();
    Err(GatherError::NoSuchContract { name: named.name.clone(), known })
}
