//! Where contracts stand, as `forge script --broadcast` left it: `broadcast/<script>/<chain id>/run-latest.json`.

use super::{error::GatherError, project::Project, scan::Candidate};
use alloy::primitives::Address;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Chains of one machine, whose runs projects do not commit: with them, the bindings would be others on each machine.
const LOCAL: [u64; 2] = [1_337, 31_337];

/// What a run created on a chain.
#[derive(Debug, Default)]
struct Run {
    timestamp: u64,
    /// By name; one name may have been created several times.
    created: BTreeMap<String, BTreeSet<Address>>,
}

/// Adds the addresses of the newest run that created each contract. Several of one name in one run are no address of it.
pub(super) fn add(
    project: &Project,
    selected: &mut [Candidate],
    notes: &mut Vec<String>,
) -> Result<(), GatherError> {
    let Some(root) = &project.root else { return Ok(()) };
    let folder = root.join(&project.layout.broadcast);
    let mut newest: BTreeMap<(u64, String), (u64, BTreeSet<Address>)> = BTreeMap::new();
    for (chain, path) in runs(&folder) {
        let text = fs::read_to_string(&path).map_err(GatherError::io(&path))?;
        let json: Value = serde_json::from_str(&text).map_err(|error| GatherError::Artifact {
            path: path.clone(),
            reason: format!("it is no broadcast of forge: {error}"),
        })?;
        let run = read(&json);
        for (name, addresses) in run.created {
            let known = newest.entry((chain, name)).or_default();
            if known.1.is_empty() || known.0 < run.timestamp {
                *known = (run.timestamp, addresses);
            } else if known.0 == run.timestamp {
                known.1.extend(addresses);
            }
        }
    }
    for ((chain, name), (_, addresses)) in newest {
        let called: Vec<_> = selected.iter_mut().filter(|one| one.contract.name == name).collect();
        let mut addresses = addresses.into_iter();
        match (<[_; 1]>::try_from(called), addresses.next(), addresses.next()) {
            (Ok([candidate]), Some(address), None) => {
                candidate.contract.addresses.chains.insert(chain, address);
            }
            (Err(none), ..) if none.is_empty() => {}
            _ => notes.push(format!(
                "which {name} is meant on chain {chain} cannot be told from its broadcast: say it with --address {name}@{chain}=0x…"
            )),
        }
    }
    Ok(())
}

/// The newest run of each script on each chain; dry runs lie deeper.
fn runs(folder: &Path) -> Vec<(u64, PathBuf)> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let chains = entries(folder).into_iter().flat_map(|script| entries(&script));
    let runs = chains.filter_map(|path| {
        let chain = path.file_name()?.to_str()?.parse().ok()?;
        Some((chain, path.join("run-latest.json")))
    });
    runs.filter(|(chain, path)| !LOCAL.contains(chain) && path.is_file()).collect()
}

fn read(json: &Value) -> Run {
    let list = |key: &str| json[key].as_array().into_iter().flatten();
    // A creation counts unless its receipt says that it failed.
    let failed: BTreeSet<_> = list("receipts")
        .filter(|receipt| receipt["status"].as_str().is_some_and(|status| status == "0x0"))
        .filter_map(|receipt| receipt["transactionHash"].as_str())
        .collect();
    let mut run = Run { timestamp: json["timestamp"].as_u64().unwrap_or_default(), ..Run::default() };
    for transaction in list("transactions") {
        let text = |key: &str| transaction[key].as_str().unwrap_or_default();
        if !matches!(text("transactionType"), "CREATE" | "CREATE2") || failed.contains(text("hash")) {
            continue;
        }
        let name = text("contractName");
        let name = name.rsplit(':').next().unwrap_or(name);
        if let (false, Ok(address)) = (name.is_empty(), text("contractAddress").parse()) {
            run.created.entry(name.to_owned()).or_default().insert(address);
        }
    }
    run
}
