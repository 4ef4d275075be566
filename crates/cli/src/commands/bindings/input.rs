//! Which contracts, and where they stand.

use super::predeploys;
use crate::{
    candidates,
    failure::{ErrorCode, Failure},
    parse,
};
use causeway_bindgen::input::{GatherError, NamedAddress, Request};
use clap::Args;
use std::path::PathBuf;

/// Which contracts.
#[derive(Debug, Args)]
#[command(next_help_heading = "Contracts")]
pub(crate) struct InputArgs {
    /// Folder of a forge or hardhat project; say it once for each [default: the nearest one]
    #[arg(long = "project", value_name = "DIR", value_parser = parse::path())]
    projects: Vec<PathBuf>,
    /// Folder of artifacts, one artifact, or a file with an ABI; say it once for each
    #[arg(long, value_name = "PATH", value_parser = parse::path(), add = candidates::files())]
    artifacts: Vec<PathBuf>,
    /// Only these, by name or source: 'Counter', 'I*', 'src/tokens/**'
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Not these
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// With interop's own contracts, which are taken by themselves where there is no project
    #[arg(long)]
    predeploys: bool,
    /// Where a contract stands, on one chain or on all: Counter@901=0x…, Counter=0x…
    #[arg(long = "address", value_name = "NAME[@CHAIN]=ADDRESS", value_parser = named_address)]
    addresses: Vec<NamedAddress>,
    /// Without the addresses that `forge script --broadcast` left in the project
    #[arg(long)]
    no_broadcasts: bool,
    /// Use artifacts that are older than their sources
    #[arg(long)]
    allow_stale: bool,
}

fn named_address(text: &str) -> Result<NamedAddress, String> {
    let wrong = || "expected NAME=ADDRESS or NAME@CHAIN=ADDRESS, as in Counter@901=0x…".to_owned();
    let (name, address) = text.split_once('=').ok_or_else(wrong)?;
    let address = parse::address(address)?;
    let (name, chain) = match name.rsplit_once('@') {
        Some((name, chain)) => (name, Some(parse::number(chain)?)),
        None => (name, None),
    };
    if name.is_empty() {
        return Err(wrong());
    }
    Ok(NamedAddress { name: name.to_owned(), chain, address })
}

impl InputArgs {
    pub(super) fn request(&self, here: PathBuf, profile: Option<String>) -> Request {
        Request {
            here,
            projects: self.projects.clone(),
            artifacts: self.artifacts.clone(),
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            profile,
            addresses: self.addresses.clone(),
            no_broadcasts: self.no_broadcasts,
            allow_stale: self.allow_stale,
            predeploys: predeploys::contracts(),
            with_predeploys: self.predeploys,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What to do about it.
pub(super) fn explain(error: GatherError) -> Failure {
    let (code, hint) = match &error {
        GatherError::NoProject { .. } => (
            ErrorCode::InvalidArgument,
            "name the folder of foundry.toml or hardhat.config with --project, or artifacts with --artifacts".to_owned(),
        ),
        GatherError::Configuration { .. } => (
            ErrorCode::InvalidArgument,
            "mend it, or choose a profile that it has with FOUNDRY_PROFILE".to_owned(),
        ),
        GatherError::Missing { remedy, .. } => (ErrorCode::MissingArtifacts, format!("compile the contracts first: {remedy}")),
        GatherError::Stale { remedy, .. } => (
            ErrorCode::StaleArtifacts,
            format!("compile the contracts again: {remedy}; --allow-stale takes the artifacts as they are"),
        ),
        GatherError::Artifact { .. } => (
            ErrorCode::InvalidArtifact,
            "compile the contracts again (forge build --force), or name artifacts of forge or hardhat, or ABIs".to_owned(),
        ),
        GatherError::Pattern { .. } => (ErrorCode::InvalidArgument, "write it as in 'Counter', 'I*' or 'src/tokens/**'".to_owned()),
        GatherError::NoMatch { pattern, known } => (ErrorCode::InvalidArgument, known_words(pattern, known)),
        GatherError::NoSuchContract { name, known } => (ErrorCode::InvalidArgument, known_words(name, known)),
        GatherError::Nothing { .. } => (
            ErrorCode::InvalidArgument,
            "name contracts with --include 'NAME' or --include 'PATH/**', or compile them first: forge build".to_owned(),
        ),
        GatherError::Io { .. } => (ErrorCode::InvalidArtifact, "may you read it?".to_owned()),
    };
    Failure::failed(error).with_code(code).with_hint(hint)
}

/// The names that come nearest, or the first few.
fn known_words(name: &str, known: &[String]) -> String {
    const SHOWN: usize = 8;
    const ALIKE: f64 = 0.75;
    let mut names: Vec<&String> = known.iter().collect();
    names.sort();
    names.dedup();
    let alike = |known: &&String| strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
    let near: Vec<&str> =
        names.iter().filter(|known| alike(known) > ALIKE).map(|name| name.as_str()).collect();
    if !near.is_empty() {
        return format!("is it {}?", near[..near.len().min(SHOWN)].join(" or "));
    }
    match names.len() {
        0 => "there are no contracts: compile them first (forge build)".to_owned(),
        count if count > SHOWN => {
            let first: Vec<_> = names[..SHOWN].iter().map(|name| name.as_str()).collect();
            format!("there are {}, and {} more", first.join(", "), count - SHOWN)
        }
        _ => format!("there are {}", names.into_iter().cloned().collect::<Vec<_>>().join(", ")),
    }
}
