//! Start-up of a devnet: from the start of the process to the first `GET /ready` that answers 200.

use crate::devnet::Devnet;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Starts a devnet on free ports, measures, and ends it by the signal that Ctrl-C sends.
pub(crate) async fn time_to_ready(causeway: &Path, l2_count: u16) -> eyre::Result<Duration> {
    let started = Instant::now();
    let devnet = Devnet::start(causeway, &["--l2-count", &l2_count.to_string()]).await?;
    let elapsed = started.elapsed();
    devnet.stop().await?;
    Ok(elapsed)
}
