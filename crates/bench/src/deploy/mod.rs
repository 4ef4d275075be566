//! What it takes to put contracts on chains.

mod commands;
mod script;

use crate::table;
use std::path::Path;

/// Prints how long the commands take, and a forge script on a devnet next to bare nodes.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, runs: usize) -> eyre::Result<()> {
    println!("### Genesis, and the predeploys on a running node\n");
    table::head();
    let sizes = commands::measure_genesis(causeway, runs).await?;
    commands::measure_predeploys(causeway, runs).await?;
    println!("\n| a chain's genesis | size |\n|---|---|");
    for (what, size) in sizes {
        println!("| {what} | {:.2} MB |", size as f64 / 1e6);
    }
    println!("\n### A forge script that deploys 100 contracts\n");
    script::measure(causeway, runs).await
}
