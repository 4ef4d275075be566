//! The commands: `genesis`, and `deploy predeploys` onto a node that has nothing.

use crate::{table, timed::timed};
use causeway_chain::test_utils::AnvilProcess;
use std::{fs, path::Path};
use tokio::process::Command;

/// What a genesis has at the addresses of predeploys that are not there.
const NAMESPACES: [(&str, &str); 2] = [
    ("refusals", "refusals in the places of other predeploys, as on a devnet"),
    ("full", "the whole namespace of 2,048 addresses"),
];

/// Prints how long `causeway genesis` takes; the sizes of the files in bytes.
pub(super) async fn measure_genesis(causeway: &Path, runs: usize) -> eyre::Result<Vec<(&'static str, u64)>> {
    let mut sizes = Vec::new();
    for (namespace, what) in NAMESPACES {
        let (mut times, mut size) = (Vec::new(), 0);
        for _ in 0..runs {
            let folder = tempfile::tempdir()?;
            let out = folder.path().to_string_lossy().into_owned();
            let chain = ["genesis", "--chain-id", "901", "--devnet", "--namespace", namespace, "--out", &out];
            times.push(timed(Command::new(causeway).args(chain)).await?);
            size = fs::metadata(folder.path().join("901-genesis-l2.json"))?.len();
        }
        table::row(&format!("`causeway genesis`, one chain, {what}: whole command"), times);
        sizes.push((what, size));
    }
    Ok(sizes)
}

/// Prints how long `causeway deploy predeploys` takes on a fresh anvil, and once more when all is there.
pub(super) async fn measure_predeploys(causeway: &Path, runs: usize) -> eyre::Result<()> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let node = AnvilProcess::start(["--chain-id", "901", "--network", "optimism"]).await;
        let url = node.endpoint().to_string();
        for times in [&mut first, &mut again] {
            times.push(timed(Command::new(causeway).args(["deploy", "predeploys", "--chain", &url])).await?);
        }
        node.stop().await;
    }
    table::row("`causeway deploy predeploys`, a bare anvil: whole command", first);
    table::row("the same again, when all is there", again);
    Ok(())
}
