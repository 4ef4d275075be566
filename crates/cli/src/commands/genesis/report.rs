//! What is said of geneses that were made.

use crate::{json::ChainId, printer::Printer};
use causeway_deploy::{ChainKind, Document, DocumentKind, GenesisSet, contracts, genesis};
use causeway_files::FileReport;
use serde_json::{Value, json};
use std::{fmt::Write as _, path::Path};

/// One document, in place of files.
pub(super) fn printed(set: &GenesisSet, document: &Document<'_>, printer: &Printer) {
    let text = document.render();
    let parsed = match document.kind() {
        DocumentKind::Registry => Value::from(text.as_str()),
        _ => serde_json::from_str(&text).unwrap_or_default(),
    };
    let mut data = summary(set);
    data["kind"] = kind(document.kind()).into();
    data["document"] = parsed;
    printer.result(text.trim_end(), &data);
}

/// The files of a folder.
pub(super) fn written(set: &GenesisSet, folder: &Path, files: &[FileReport], printer: &Printer) {
    let mut text = String::new();
    for file in files {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(text, "{name:<28} {:>9}  {}", size(file.bytes), file.state.as_str());
    }
    let mut data = summary(set);
    data["folder"] = folder.display().to_string().into();
    data["files"] = set
        .documents()
        .iter()
        .zip(files)
        .map(|(document, file)| {
            json!({
                "path": file.path.display().to_string(),
                "kind": kind(document.kind()),
                "ofChain": document.chain_id().map(ChainId::from),
                "bytes": file.bytes,
                "keccak256": file.keccak256,
                "state": file.state.as_str(),
            })
        })
        .collect();
    let chains = set.chains().map(|chain| chain.chain_id.to_string()).collect::<Vec<_>>().join(", ");
    let one = set.chains().nth(1).is_none();
    let (what, is) = if one { ("the genesis of chain", "is") } else { ("the geneses of chains", "are") };
    printer.ok(&format!("{what} {chains} {is} in {}", folder.display()));
    printer.result(text.trim_end(), &data);
}

fn summary(set: &GenesisSet) -> Value {
    let chains: Vec<_> = set
        .chains()
        .map(|chain| {
            json!({
                "chainId": ChainId::from(chain.chain_id),
                "layer": if chain.kind == ChainKind::L1 { "l1" } else { "l2" },
                "accounts": genesis(chain).alloc.len(),
                "contracts": contracts(chain).len(),
            })
        })
        .collect();
    let dependencies = set.dependency_set();
    json!({
        "chains": chains,
        "dependencySet": {
            "chainIds": dependencies.chain_ids.iter().copied().map(ChainId::from).collect::<Vec<_>>(),
            "expiryWindow": dependencies.expiry_window,
        },
        "folder": null,
        "files": [],
        "kind": null,
        "document": null,
    })
}

const fn kind(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Genesis => "genesis",
        DocumentKind::Allocs => "allocs",
        DocumentKind::Registry => "registry",
        DocumentKind::DependencySet => "dependency-set",
        DocumentKind::Depsets => "depsets",
    }
}

/// `7.1 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
