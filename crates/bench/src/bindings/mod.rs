//! Bindings of 200 contracts: ours in each language, next to those of `forge bind` for the same artifacts.

mod compile;
mod corpus;
mod output;

use crate::{table, timed::timed};
use corpus::Corpus;
use output::Size;
use std::path::Path;
use tokio::process::Command;

/// Compiling takes long.
const MOST_COMPILATIONS: usize = 3;

/// Prints how long generators take, how large what they write is, and how long it takes to compile.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, runs: usize) -> eyre::Result<()> {
    // It runs in the corpus' folder.
    let causeway = causeway.canonicalize()?;
    let corpus = Corpus::new().await?;
    println!("### Bindings of {} contracts\n", corpus.contracts);
    table::head();
    let mut sizes = Vec::new();
    let languages = [
        ("causeway bindings rust", ["rust", "--out", "ours", "--crate-name", "ours"].as_slice()),
        ("causeway bindings typescript", &["typescript", "--out", "typescript", "--runtime", "none"]),
        ("causeway bindings json", &["json", "--out", "json"]),
    ];
    let mut times = vec![Vec::new(); languages.len() + 1];
    // In turns, each over what is there, as it is in a day's work.
    for _ in 0..runs {
        for ((_, arguments), times) in languages.iter().zip(&mut times) {
            let mut command = Command::new(&causeway);
            command
                .current_dir(corpus.folder())
                .args(["bindings"])
                .args(*arguments)
                .args(["--artifacts", "out"]);
            times.push(timed(&mut command).await?);
        }
        let mut forge = Command::new(&corpus.forge);
        let arguments = ["bind", "--skip-build", "--overwrite", "--bindings-path", "theirs"];
        times[languages.len()].push(timed(forge.current_dir(corpus.folder()).args(arguments)).await?);
    }
    let folders = ["ours/src", "typescript", "json", "theirs/src"];
    let names = languages.iter().map(|(name, _)| *name).chain(["forge bind"]);
    for ((name, times), folder) in names.zip(times).zip(folders) {
        table::row(&format!("`{name}`: whole command"), times);
        sizes.push((name, Size::of(&corpus.folder().join(folder))?));
    }
    println!("\n| | files | lines | size |\n|---|---|---|---|");
    for (name, size) in sizes {
        println!("| `{name}` | {} | {} | {:.2} MB |", size.files, size.lines, size.bytes as f64 / 1e6);
    }
    println!("\n### The Rust of them, compiled\n");
    compile::measure(&corpus, runs.min(MOST_COMPILATIONS)).await
}
