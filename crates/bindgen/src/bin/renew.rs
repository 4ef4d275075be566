//! Renews what of this repository the generator makes: `cargo run --package causeway-bindgen --bin renew`. With `--check` nothing is
//! written, and what differs is named. It needs none of what it makes.
#![allow(clippy::print_stderr)]

use alloy::primitives::{Address, address};
use causeway_artifact::{Artifact, checked_address};
use causeway_bindgen::{
    Addresses, Bindings, Contract, Files, Rust, key,
    output::{self, Language},
    typescript::{self, Runtime},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::AtomicBool,
};

/// Artifacts, and where the bindings of them go, in which language: from the repository's root.
const MODULES: [(&str, &str, Language); 3] = [
    ("crates/bindings/artifacts", "crates/bindings/src/contracts", Language::Rust),
    ("crates/bindgen/tests/awkward/artifacts", "crates/bindgen/tests/rust/awkward", Language::Rust),
    ("crates/bindings/artifacts", "packages/viem/src/generated", Language::TypeScript),
];

/// Where the counter of the documentation stands on a fresh devnet: the first contract of its first account.
const COUNTER: Address = address!("5FbDB2315678afecb367f032d93F642f64180aa3");

fn main() -> ExitCode {
    let is_check = std::env::args().any(|argument| argument == "--check");
    match renew(is_check) {
        Ok(differing) if is_check && !differing.is_empty() => {
            for path in differing {
                eprintln!("error: {} is not what is made of the artifacts", path.display());
            }
            eprintln!("\nhint: make artifacts");
            ExitCode::FAILURE
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the files that differed.
fn renew(is_check: bool) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut differing = Vec::new();
    for (artifacts, target, language) in MODULES {
        let files = emit(read(&root.join(artifacts))?, language, &root)?;
        let folder = root.join(target);
        let differences = output::compare(&folder, &files, language);
        if !is_check {
            output::write(&folder, &files, language, false, &AtomicBool::new(false))?;
        }
        differing.extend(differences.into_iter().map(|one| Path::new(target).join(one.path)));
    }
    Ok(differing)
}

fn emit(mut bindings: Bindings, language: Language, root: &Path) -> Result<Files, Box<dyn Error>> {
    if language == Language::Rust {
        return Ok(Rust { bytecode: true, ..Rust::default() }.emit(&bindings));
    }
    // In Rust they are constants, beside what else stands somewhere.
    let text = fs::read_to_string(root.join("crates/bindings/addresses.json"))?;
    let addresses: BTreeMap<String, String> = serde_json::from_str(&text)?;
    for contract in &mut bindings.contracts {
        if let Some(address) = addresses.get(&contract.name) {
            contract.addresses = Addresses::everywhere(checked_address(address)?);
        }
    }
    let options = typescript::Options { runtime: Runtime::Without, of_interop: true, bytecode: false };
    Ok(typescript::emit(&bindings, &options))
}

fn read(folder: &Path) -> Result<Bindings, Box<dyn Error>> {
    let mut contracts = Vec::new();
    let mut taken = BTreeSet::new();
    for path in json_files(folder)? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut contract = Contract::new(Artifact::parse(&fs::read_to_string(&path)?)?, &name);
        let base = contract.ident.clone();
        let mut numbers = 2..;
        while !taken.insert(key(&contract.ident)) {
            contract.ident = format!("{base}{}", numbers.next().unwrap_or_default());
        }
        contracts.push(contract);
    }
    contracts.sort_by(|one, other| one.ident.cmp(&other.ident));
    for contract in contracts.iter_mut().filter(|contract| contract.name == "Counter") {
        contract.addresses.chains = [901, 902].map(|chain| (chain, COUNTER)).into();
    }
    Ok(Bindings { version: env!("CARGO_PKG_VERSION").to_owned(), contracts })
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
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
