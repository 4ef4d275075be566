//! Start-up of a devnet: from the start of the process to the first `GET /ready` that answers 200.

use eyre::{Context, ensure};
use std::{
    net::TcpListener,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{process::Command, time};

const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a devnet on free ports, measures, and ends it by the signal that Ctrl-C sends.
pub(crate) async fn time_to_ready(causeway: &Path, l2_count: u16) -> eyre::Result<Duration> {
    let admin_port = free_port()?;
    let start = Instant::now();
    let mut devnet = Command::new(causeway)
        .args(["devnet", "--quiet", "--l1-port", "0", "--l2-starting-port", "0"])
        .args(["--l2-count", &l2_count.to_string(), "--admin-port", &admin_port.to_string()])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .wrap_err_with(|| format!("cannot start {}", causeway.display()))?;
    let url = format!("http://127.0.0.1:{admin_port}/ready");
    let client = reqwest::Client::new();
    loop {
        if client.get(&url).send().await.is_ok_and(|response| response.status().is_success()) {
            break;
        }
        ensure!(start.elapsed() < PATIENCE, "the devnet was not ready after {PATIENCE:?}");
        if let Some(status) = devnet.try_wait()? {
            eyre::bail!("the devnet ended with {status} before it was ready");
        }
        // A measurement from outside has nothing to be woken by; 1 ms is far below what is measured.
        time::sleep(Duration::from_millis(1)).await;
    }
    let elapsed = start.elapsed();
    if let Some(pid) = devnet.id() {
        Command::new("kill").args(["-INT", &pid.to_string()]).status().await?;
    }
    let status =
        time::timeout(PATIENCE, devnet.wait()).await.wrap_err("the devnet did not stop on SIGINT")??;
    ensure!(status.success(), "the devnet ended with {status} on SIGINT");
    Ok(elapsed)
}

fn free_port() -> eyre::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
