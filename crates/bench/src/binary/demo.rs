//! The demo, as a user runs it, read through its `--json` output.

use eyre::{ContextCompat, ensure};
use serde_json::Value;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// One run of the demo.
#[derive(Debug)]
pub(crate) struct DemoRun {
    /// Wall time of the whole command.
    pub(crate) total: Duration,
    /// The messages that were relayed in it.
    pub(crate) relays: Vec<Relay>,
}

/// One relayed message.
#[derive(Debug)]
pub(crate) struct Relay {
    /// From the source block's timestamp to the destination block's.
    pub(crate) time: Duration,
    /// Destination blocks mined after the source block, up to and with the one that delivered.
    pub(crate) blocks: u64,
}

/// Runs `causeway demo --json` once.
pub(crate) async fn run(causeway: &Path) -> eyre::Result<DemoRun> {
    let start = Instant::now();
    let output =
        Command::new(causeway).args(["demo", "--json", "--quiet"]).kill_on_drop(true).output().await?;
    let total = start.elapsed();
    ensure!(output.status.success(), "the demo failed: {}", String::from_utf8_lossy(&output.stderr));
    let envelope: Value = serde_json::from_slice(&output.stdout)?;
    let transfers = envelope["data"]["transfers"].as_array().wrap_err("the demo printed no transfers")?;
    let relays = transfers.iter().map(relay).collect::<eyre::Result<_>>()?;
    Ok(DemoRun { total, relays })
}

fn relay(transfer: &Value) -> eyre::Result<Relay> {
    let seconds = transfer["relaySeconds"].as_u64().wrap_err("a transfer without relaySeconds")?;
    let blocks = transfer["relayBlocks"].as_u64().wrap_err("a transfer without relayBlocks")?;
    Ok(Relay { time: Duration::from_secs(seconds), blocks })
}
