//! Renews what of this repository the generator makes: `cargo run --package causeway-bindgen --bin renew`. With `--check` nothing is
//! written, and what differs is named. It needs none of what it makes.
#![allow(clippy::print_stderr)]

use causeway_artifact::Artifact;
use causeway_bindgen::{Bindings, Contract, Files, Rust, is_ours, key};
use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Artifacts, and where the Rust module of them goes: from the folder of crates.
const MODULES: [(&str, &str); 2] = [
    ("bindings/artifacts", "bindings/src/contracts"),
    ("bindgen/tests/awkward/artifacts", "bindgen/tests/rust/awkward"),
];

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
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut differing = Vec::new();
    for (artifacts, target) in MODULES {
        let files = Rust { bytecode: true, ..Rust::default() }.emit(&read(&crates.join(artifacts))?);
        let target = crates.join(target);
        for path in stale(&target, &files) {
            if !is_check {
                fs::remove_file(&path)?;
            }
            differing.push(path);
        }
        for (path, text) in files {
            let path = target.join(path);
            if fs::read_to_string(&path).ok().as_ref() == Some(&text) {
                continue;
            }
            if !is_check {
                fs::create_dir_all(&target)?;
                fs::write(&path, text)?;
            }
            differing.push(path);
        }
    }
    Ok(differing)
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

/// Files of ours that nothing makes any more.
fn stale(folder: &Path, files: &Files) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_stale = |path: &PathBuf| {
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        !files.contains_key(&name) && fs::read_to_string(path).is_ok_and(|text| is_ours(&text))
    };
    found.filter(is_stale).collect()
}
