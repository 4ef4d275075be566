//! What the transactions are made of.

use super::UpgradeArgs;
use crate::{
    dependency_file::{DependencyFile, NamedSet},
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use alloy::primitives::U256;
use causeway_artifact::Artifact;
use causeway_deploy::upgrade::{Action, Artifacts, Code, Manifest, ManifestError, PlanOptions};
use std::{collections::BTreeSet, path::Path};

/// The chains of the set that was named, this one among them.
pub(super) fn dependency_set(args: &UpgradeArgs) -> Outcome<Option<BTreeSet<U256>>> {
    let id = args.chain_id;
    let set: BTreeSet<U256> = match &args.dependency_set {
        None => return Ok(None),
        Some(NamedSet::Ids(ids)) => ids.iter().copied().map(U256::from).collect(),
        Some(NamedSet::File(path)) => {
            let file = DependencyFile::read(path)?;
            let set = u64::try_from(id).ok().and_then(|id| file.set_with(id));
            set.map(|set| set.chain_ids.clone()).unwrap_or_default()
        }
    };
    if set.contains(&id) {
        return Ok(Some(set));
    }
    Err(Failure::usage(format!("chain {id} is not in the dependency set"))
        .with_hint("name the set that the chain is in, itself included"))
}

/// Our code, and what was named in its place.
pub(super) fn artifacts(args: &UpgradeArgs) -> Outcome<Artifacts> {
    let mut artifacts = Artifacts::ours();
    for named in &args.artifact {
        let (name, path) = named.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{named}` names no artifact"))
                .with_hint("write NAME=FILE, as in CrossL2Inbox=out/CrossL2Inbox.sol/CrossL2Inbox.json")
        })?;
        let text = environment::expand(Path::new(path))
            .and_then(std::fs::read_to_string)
            .what(format!("cannot read the artifact {path}"))
            .bad_input()
            .hint("forge puts artifacts into out/, hardhat into artifacts/")?;
        let read = Artifact::parse(&text).and_then(|artifact| Ok((artifact.link(&[])?, artifact)));
        let ((creation, runtime), artifact) = read
            .what(format!("cannot create {name} from {path}"))
            .bad_input()
            .hint("name the artifact of a contract that can be created, with its libraries linked")?;
        if artifact.abi.constructor.as_ref().is_some_and(|constructor| !constructor.inputs.is_empty()) {
            return Err(Failure::usage(format!(
                "the constructor in {path} takes arguments, and an upgrade has none"
            ))
            .with_hint("make them constants of the contract, as those of predeploys are"));
        }
        // Where a constructor sets values in its code, only the chain knows it.
        let runtime = Some(runtime).filter(|code| !code.is_empty() && artifact.immutables.is_empty());
        artifacts.insert(name, Code { creation, runtime });
    }
    Ok(artifacts)
}

/// The manifest, and what to call it.
pub(super) fn manifest(args: &UpgradeArgs) -> Outcome<(String, Manifest)> {
    let Some(path) = &args.manifest else {
        let form = args.form();
        return Ok((form.name().to_owned(), form.manifest().map_err(|error| wrong(args, error))?));
    };
    let text = std::fs::read_to_string(path)
        .what(format!("cannot read the manifest {}", path.display()))
        .bad_input()
        .hint("docs/deploy.md says what stands in a manifest; crates/deploy/upgrades has two")?;
    let manifest = Manifest::parse(&text).map_err(|error| wrong(args, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((name, manifest))
}

/// A mistake in a manifest, with its remedy.
pub(super) fn wrong(args: &UpgradeArgs, error: ManifestError) -> Failure {
    let what = match &args.manifest {
        Some(path) => format!("cannot use the manifest {}", path.display()),
        None => format!("cannot use the form {}", args.form().name()),
    };
    let hint = error.remedy.clone();
    Failure::usage(error).with_code(ErrorCode::InvalidManifest).context(what).with_hint(hint)
}

pub(super) fn options(
    args: &UpgradeArgs,
    set: Option<&BTreeSet<U256>>,
    manifest: &Manifest,
) -> Outcome<PlanOptions> {
    let created: BTreeSet<&str> = manifest
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Deploy { contract, .. } => Some(contract.as_str()),
            Action::Call { .. } => None,
        })
        .collect();
    for name in args
        .without
        .iter()
        .map(String::as_str)
        .chain(args.artifact.iter().filter_map(|named| Some(named.split_once('=')?.0)))
    {
        if !created.contains(name) {
            let known = created.iter().copied().collect::<Vec<_>>().join(", ");
            return Err(
                Failure::usage(format!("no step creates {name}")).with_hint(format!("they create {known}"))
            );
        }
    }
    let label = args.label.clone();
    if args.again && label.as_ref() == Some(&manifest.label) {
        return Err(Failure::usage(format!("the first upgrade had the label {:?}, too", manifest.label))
            .with_hint("choose another: equal labels make equal source hashes, which name a transaction"));
    }
    Ok(PlanOptions {
        several_chains: set.is_none_or(|set| set.len() > 1),
        first_time: !args.again,
        label,
        sender_nonce: args.sender_nonce,
        without: args.without.iter().cloned().collect(),
    })
}
