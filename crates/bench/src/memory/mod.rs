//! What memory a relayer takes while many messages pass through it, and how soon it works again on the store that they leave:
//! the real program, between two chains that are made up here and deliver whatever they are sent.

mod handing;
mod node;
mod world;

pub(crate) use handing::measure as measure_handing;

use crate::{devnet::stop, latencies::Shown};
use causeway_chain::test_utils::FakeNode;
use eyre::{ContextCompat, ensure};
use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    sync::Notify,
    time::{interval, timeout},
};
use world::{DESTINATION, SOURCE, World};

/// The key of the last account of the well-known mnemonic.
const KEY: &str = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
/// Messages of a block.
const PER_BLOCK: u64 = 100;
/// How often both chains make a block, while the relayer keeps up.
const BLOCK_TIME: Duration = Duration::from_millis(20);
/// Messages that may wait to be delivered: beyond them the source waits.
const AHEAD: u64 = 5_000;
/// Messages between two rows of the table.
const ROW: u64 = 100_000;
/// How long one waits for anything to be delivered.
const PATIENCE: Duration = Duration::from_secs(120);

/// Prints what memory the relayer takes after each 100,000 of so many messages, and how long it takes to start.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, messages: u64) -> eyre::Result<()> {
    let bench = Bench::new(causeway, messages).await?;
    let (relayer, empty) = bench.start().await?;
    println!("### The relayer's memory\n");
    println!("| messages delivered | resident | at most | store | messages/s |\n|---|---|---|---|---|");
    let started = Instant::now();
    let mut next = ROW.min(messages);
    while next <= messages {
        bench.deliver(next).await?;
        let [resident, peak] = ["VmRSS:", "VmHWM:"].map(|line| memory(&relayer, line));
        let rate = next as f64 / started.elapsed().as_secs_f64();
        println!(
            "| {next} | {:.1} MB | {:.1} MB | {:.0} MB | {rate:.0} |",
            resident? as f64 / 1e6,
            peak? as f64 / 1e6,
            bench.store_size()? as f64 / 1e6,
        );
        next += ROW;
    }
    stop(relayer).await?;
    let (relayer, full) = bench.start().await?;
    println!(
        "\n| from the start of the process to the delivery of what waits in the pool | time |\n|---|---|"
    );
    println!("| an empty store | {} |", Shown(empty));
    println!("| the store with all messages | {} |\n", Shown(full));
    stop(relayer).await
}

/// Two chains, their nodes, and a folder for the relayer.
struct Bench<'a> {
    causeway: &'a Path,
    world: Arc<Mutex<World>>,
    /// A transaction has reached the pool.
    taken: Arc<Notify>,
    home: TempDir,
    _nodes: [FakeNode; 2],
}

impl<'a> Bench<'a> {
    async fn new(causeway: &'a Path, messages: u64) -> eyre::Result<Self> {
        let world = Arc::new(Mutex::new(World::new(messages.div_ceil(PER_BLOCK))));
        let (taken, home) = (Arc::new(Notify::new()), tempfile::tempdir()?);
        let nodes =
            [node::start(&world, &taken, SOURCE).await, node::start(&world, &taken, DESTINATION).await];
        let mut toml = "[relayer]\npoll-interval = \"10ms\"\n".to_owned();
        for (id, node) in [SOURCE, DESTINATION].into_iter().zip(&nodes) {
            let url = node.endpoint();
            toml += &format!("[chains.c{id}]\nchain-id = {id}\nrpc-url = \"{url}\"\nstart-block = 0\n");
        }
        fs::write(home.path().join("causeway.toml"), toml)?;
        Ok(Self { causeway, world, taken, home, _nodes: nodes })
    }

    /// Starts the relayer while a message waits. Returns it with the time until the message's delivery was in the pool.
    async fn start(&self) -> eyre::Result<(Child, Duration)> {
        self.world(|world| world.step(1));
        let before = self.world(|world| world.taken());
        let started = Instant::now();
        let relayer = Command::new(self.causeway)
            .args(["relayer", "run", "--quiet", "--database", "relayer.db"])
            .current_dir(self.home.path())
            .env("CAUSEWAY_HOME", self.home.path())
            .env("CAUSEWAY_PRIVATE_KEY", KEY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        while self.world(|world| world.taken()) == before {
            timeout(PATIENCE, self.taken.notified()).await?;
        }
        Ok((relayer, started.elapsed()))
    }

    /// Makes blocks until so many messages are delivered.
    async fn deliver(&self, count: u64) -> eyre::Result<()> {
        let (mut blocks, mut last) = (interval(BLOCK_TIME), (0, Instant::now()));
        loop {
            blocks.tick().await;
            let delivered = self.world(|world| {
                let room = AHEAD.saturating_sub(world.sent - world.delivered);
                let left = count.saturating_sub(world.sent);
                world.step(PER_BLOCK.min(room).min(left));
                world.delivered
            });
            if delivered >= count {
                return Ok(());
            }
            if delivered != last.0 {
                last = (delivered, Instant::now());
            }
            ensure!(last.1.elapsed() < PATIENCE, "nothing is delivered any more, after {delivered} messages");
        }
    }

    #[expect(clippy::unwrap_used, reason = "whoever panics with the lock ends the benchmark")]
    fn world<R>(&self, with: impl FnOnce(&mut World) -> R) -> R {
        with(&mut self.world.lock().unwrap())
    }

    /// Bytes of the store's files.
    fn store_size(&self) -> eyre::Result<u64> {
        let sizes = ["relayer.db", "relayer.db-wal"].map(|name| fs::metadata(self.home.path().join(name)));
        Ok(sizes.into_iter().flatten().map(|file| file.len()).sum())
    }
}

/// A line of what the system tells of a process's memory, in bytes.
fn memory(process: &Child, line: &str) -> eyre::Result<u64> {
    let pid = process.id().wrap_err("the relayer has ended")?;
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let found = status.lines().find_map(|found| found.strip_prefix(line)).wrap_err("no memory is told")?;
    Ok(found.trim().trim_end_matches("kB").trim_end().parse::<u64>()? * 1_024)
}
