//! How long `cargo check` takes of a crate of bindings, when everything that it depends on is compiled.

use super::corpus::Corpus;
use crate::{table, timed::timed};
use eyre::{ContextCompat, ensure};
use std::{fs, path::Path};
use tokio::process::Command;

/// The dependency on alloy as `forge bind` writes it, and as our crates have it: the same version and features for both.
const THEIR_ALLOY: &str = "alloy = { version = \"1.0\", features = [\"sol-types\", \"contract\"] }";

/// Prints how long it takes, in turns.
pub(super) async fn measure(corpus: &Corpus, runs: usize) -> eyre::Result<()> {
    let (ours, theirs) = (corpus.folder().join("ours"), corpus.folder().join("theirs"));
    let manifest = fs::read_to_string(ours.join("Cargo.toml"))?;
    let alloy =
        manifest.lines().find(|line| line.starts_with("alloy = ")).wrap_err("a crate without alloy")?;
    let manifest = fs::read_to_string(theirs.join("Cargo.toml"))?;
    ensure!(manifest.contains(THEIR_ALLOY), "forge bind asks for another alloy than it did");
    fs::write(theirs.join("Cargo.toml"), manifest.replace(THEIR_ALLOY, alloy))?;
    let sides: [(&str, &Path, &[&str]); 3] = [
        ("`causeway bindings rust`", &ours, &[]),
        ("`causeway bindings rust`, with bytecode", &ours, &["--features", "bytecode"]),
        ("`forge bind`, which has bytecode", &theirs, &[]),
    ];
    for (what, folder, features) in sides {
        // A workspace of its own, with the versions of this repository.
        let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
        if !manifest.contains("[workspace]") {
            fs::write(folder.join("Cargo.toml"), format!("{}\n\n[workspace]\n", manifest.trim_end()))?;
        }
        fs::copy(corpus.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        timed(&mut check(corpus, folder, features)).await?;
        eprintln!("compiled once: {what}");
    }
    table::head();
    let mut times = vec![Vec::new(); sides.len()];
    for _ in 0..runs {
        for ((_, folder, features), times) in sides.iter().zip(&mut times) {
            let root = folder.join("src/lib.rs");
            fs::write(&root, fs::read(&root)?)?;
            times.push(timed(&mut check(corpus, folder, features)).await?);
        }
    }
    for ((what, ..), times) in sides.iter().zip(times) {
        table::row(&format!("{what}: `cargo check`, dependencies compiled"), times);
    }
    println!();
    Ok(())
}

fn check(corpus: &Corpus, folder: &Path, features: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", corpus.folder().join("target"));
    cargo.args(["check", "--quiet"]).args(features);
    cargo
}
