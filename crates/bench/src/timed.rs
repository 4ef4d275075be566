//! Commands, timed.

use eyre::ensure;
use std::{
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// How long a command takes, from its start to its end. Fails if it does.
pub(crate) async fn timed(command: &mut Command) -> eyre::Result<Duration> {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let elapsed = started.elapsed();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{:?} failed: {said}", command.as_std());
    Ok(elapsed)
}
