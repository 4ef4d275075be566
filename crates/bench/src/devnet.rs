//! A devnet of the binary that is measured.

use alloy::primitives::ChainId;
use eyre::{Context, ContextCompat, ensure};
use serde_json::Value;
use std::{
    ffi::OsStr,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time,
};

/// How long a program may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running devnet with a home of its own, so that it and what joins it meet no other. Ends with this value.
#[derive(Debug)]
pub(crate) struct Devnet<'a> {
    causeway: &'a Path,
    process: Child,
    admin: SocketAddr,
    home: TempDir,
}

/// A chain of a devnet: the first L2 has number 0.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) id: ChainId,
    pub(crate) http: SocketAddr,
    pub(crate) ws: String,
}

impl<'a> Devnet<'a> {
    /// Starts a devnet on free ports, and waits until `GET /ready` answers 200.
    pub(crate) async fn start(causeway: &'a Path, arguments: &[&str]) -> eyre::Result<Self> {
        let admin = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let (started, home) = (Instant::now(), tempfile::tempdir()?);
        let process = command(causeway, home.path())
            .args(["devnet", "--quiet", "--l1-port", "0", "--l2-starting-port", "0"])
            .args(["--admin-port", &admin.port().to_string()])
            .args(arguments)
            .spawn()
            .wrap_err_with(|| format!("cannot start {}", causeway.display()))?;
        let mut devnet = Self { causeway, process, admin, home };
        let (url, client) = (format!("http://{admin}/ready"), reqwest::Client::new());
        while !client.get(&url).send().await.is_ok_and(|response| response.status().is_success()) {
            ensure!(started.elapsed() < PATIENCE, "the devnet was not ready after {PATIENCE:?}");
            if let Some(status) = devnet.process.try_wait()? {
                eyre::bail!("the devnet ended with {status} before it was ready");
            }
            // A measurement from outside has nothing to be woken by; 1 ms is far below what is measured.
            time::sleep(Duration::from_millis(1)).await;
        }
        Ok(devnet)
    }

    /// The L2 chains, as the devnet describes itself.
    pub(crate) async fn chains(&self) -> eyre::Result<Vec<Chain>> {
        let network: Value = reqwest::get(format!("http://{}/network", self.admin)).await?.json().await?;
        let chains = network["chains"].as_array().wrap_err("a devnet without chains")?;
        chains.iter().map(|chain| Chain::read(chain).wrap_err("a chain without its addresses")).collect()
    }

    /// Starts a command that finds this devnet and no other.
    pub(crate) fn join(&self, arguments: &[&str]) -> eyre::Result<Child> {
        self.join_by(self.causeway, arguments)
    }

    /// Starts a command of another program that finds this devnet and no other.
    pub(crate) fn join_by(&self, program: &Path, arguments: &[&str]) -> eyre::Result<Child> {
        Ok(command(program, self.home.path()).args(arguments).spawn()?)
    }

    /// Where it and what joins it keep what is theirs.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The process that answers for all chains.
    pub(crate) fn pid(&self) -> eyre::Result<u32> {
        self.process.id().wrap_err("the devnet has ended")
    }

    /// Ends it as Ctrl-C does.
    pub(crate) async fn stop(self) -> eyre::Result<()> {
        stop(self.process).await
    }
}

impl Chain {
    fn read(chain: &Value) -> Option<Self> {
        let http = chain["rpc_url"].as_str()?.trim_start_matches("http://").trim_end_matches('/');
        Some(Self {
            id: chain["chain_id"].as_u64()?,
            http: http.parse().ok()?,
            ws: chain["ws_url"].as_str()?.to_owned(),
        })
    }
}

/// Ends a program by the signal that Ctrl-C sends, and waits for its end.
pub(crate) async fn stop(mut process: Child) -> eyre::Result<()> {
    if let Some(pid) = process.id() {
        Command::new("kill").args(["-INT", &pid.to_string()]).status().await?;
    }
    let ended = time::timeout(PATIENCE, process.wait()).await;
    let status = ended.wrap_err("a program did not stop on SIGINT")??;
    ensure!(status.success(), "a program ended with {status} on SIGINT");
    Ok(())
}

fn command(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("CAUSEWAY_HOME", home).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command
}
