//! A forge script that deploys a hundred contracts: on a chain of a devnet, and on a bare anvil with the same block time.

use crate::{devnet::Devnet, latencies::median, table, timed::timed};
use causeway_chain::test_utils::AnvilProcess;
use eyre::{ContextCompat, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::process::Command;

const SCRIPT: &str = include_str!("../../forge/Hundred.s.sol");

/// Blocks as transactions come, and of so many seconds, which is a devnet's default.
const BLOCK_TIMES: [u64; 2] = [0, 2];

/// Key of the first account of the `test ... junk` mnemonic, which both nodes fund.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// Prints how long the whole of `forge script --broadcast` takes: all transactions at once, and each once the one before it
/// is in a block.
pub(super) async fn measure(causeway: &Path, runs: usize) -> eyre::Result<()> {
    let project = Project::new().await?;
    table::head();
    let mut ratios = Vec::new();
    for seconds in BLOCK_TIMES {
        let sides = Sides::start(causeway, seconds).await?;
        let what = if seconds == 0 { "blocks as transactions come" } else { "blocks of 2 s" };
        ratios.push((what.to_owned(), sides.take_turns(&project, what, &[], runs).await?));
        // With blocks of two seconds this would wait for a hundred of them, on either side.
        if seconds == 0 {
            let what = format!("{what}, `--slow`");
            ratios.push((what.clone(), sides.take_turns(&project, &what, &["--slow"], runs).await?));
        }
        sides.stop().await?;
    }
    println!("\n| devnet to bare anvil, median of the turns' ratios | |\n|---|---|");
    for (what, ratio) in ratios {
        println!("| {what} | {ratio:.2} |");
    }
    println!();
    Ok(())
}

/// A devnet, and an anvil that answers by itself.
struct Sides<'a> {
    devnet: Devnet<'a>,
    node: AnvilProcess,
    urls: [(&'static str, String); 2],
}

impl<'a> Sides<'a> {
    async fn start(causeway: &'a Path, seconds: u64) -> eyre::Result<Self> {
        let seconds = seconds.to_string();
        let devnet = Devnet::start(causeway, &["--block-time", &seconds]).await?;
        let chain = devnet.chains().await?.into_iter().next().wrap_err("a devnet without chains")?;
        let id = chain.id.to_string();
        let block_time: &[&str] = if seconds == "0" { &[] } else { &["--block-time", &seconds] };
        let arguments = ["--chain-id", &id, "--network", "optimism", "--order", "fifo"];
        let node = AnvilProcess::start(arguments.iter().chain(block_time)).await;
        let urls =
            [("devnet", format!("http://{}", chain.http)), ("bare anvil", node.endpoint().to_string())];
        Ok(Self { devnet, node, urls })
    }

    /// Runs the script on both in turns, and prints how long it took; the median of the ratios of each turn.
    async fn take_turns(
        &self,
        project: &Project,
        what: &str,
        more: &[&str],
        runs: usize,
    ) -> eyre::Result<f64> {
        let mut times: [Vec<Duration>; 2] = Default::default();
        for _ in 0..runs {
            for (side, (_, url)) in self.urls.iter().enumerate() {
                times[side].push(project.run(url, more).await?);
            }
        }
        let [devnet, node] = &times;
        let ratio = median(
            devnet.iter().zip(node).map(|(one, other)| one.as_secs_f64() / other.as_secs_f64()).collect(),
        );
        for ((side, _), times) in self.urls.iter().zip(times) {
            table::row(&format!("{what}: {side}"), times);
        }
        Ok(ratio)
    }

    async fn stop(self) -> eyre::Result<()> {
        self.devnet.stop().await?;
        self.node.stop().await;
        Ok(())
    }
}

/// A project of forge's with the script in it, compiled.
struct Project {
    folder: TempDir,
    forge: PathBuf,
}

impl Project {
    async fn new() -> eyre::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let forge = root.join("node_modules/.foundry/forge");
        ensure!(forge.exists(), "there is no {}: make setup", forge.display());
        let folder = tempfile::tempdir()?;
        let solc = root.join("script/solc");
        let settings = format!(
            "[profile.default]\nsrc = \"script\"\nlibs = []\nevm_version = \"cancun\"\nsolc = {:?}\n",
            solc.display().to_string()
        );
        fs::write(folder.path().join("foundry.toml"), settings)?;
        fs::create_dir(folder.path().join("script"))?;
        fs::write(folder.path().join("script/Hundred.s.sol"), SCRIPT)?;
        let project = Self { folder, forge };
        timed(project.forge().arg("build")).await?;
        Ok(project)
    }

    fn forge(&self) -> Command {
        let mut forge = Command::new(&self.forge);
        forge.current_dir(self.folder.path());
        forge
    }

    /// Runs the script once.
    async fn run(&self, url: &str, more: &[&str]) -> eyre::Result<Duration> {
        let arguments = ["script", "script/Hundred.s.sol:Hundred", "--private-key", KEY, "--broadcast"];
        timed(self.forge().args(arguments).args(["--rpc-url", url]).args(more)).await
    }
}
