//! A relayer, started again whenever it ends, as a service manager does.

use super::{
    chain::Chain,
    dice::Dice,
    fault::Fault,
    prey::Prey,
    proxy::Proxy,
    schedule::{SIDES, Side},
};
use crate::causeway::{World, signal};
use alloy::primitives::{Address, address};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// The last of the ten well-known accounts.
const KEY: &str = "0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6";
pub(crate) const ACCOUNT: Address = address!("a0ee7a142d267c1f36714e4a8f75612f20a79720");
const TABLE: &str = "[relayer]\n";
/// Longer than anything takes on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

pub(crate) struct Replica {
    world: World,
    prey: Prey,
    proxies: BTreeMap<Side, Proxy>,
    /// What the process meets at present.
    weather: BTreeMap<Side, Fault>,
    /// What starts it, as words before its own.
    launcher: Vec<String>,
    /// Where its database is.
    database: String,
    /// It cannot be reached, for all that is known.
    is_database_away: bool,
    /// A fault that makes a start end at once was met since the last start.
    excused: bool,
    /// Where the next process ends by itself.
    crash: Option<(&'static str, u64)>,
    /// The one that runs does so.
    crashes: bool,
    crashed: u64,
    pub(crate) starts: u64,
    /// Ends that nothing of the storm explains.
    pub(crate) faults: Vec<String>,
}

impl Replica {
    /// Before it is started for the first time.
    pub(crate) async fn new(chains: &BTreeMap<Side, Chain>, dice: &mut Dice) -> Self {
        let (world, prey) = (World::new(), Prey::default());
        let mut proxies = BTreeMap::new();
        let mut toml = format!("{TABLE}poll-interval = \"50ms\"\n");
        for side in SIDES {
            let (node, other) = (chains[&side].url(), chains[&side.other()].url());
            let proxy = Proxy::start(&node, &other, prey.clone(), dice.fork()).await;
            let (id, url) = (side.chain_id(), proxy.url());
            toml += &format!("[chains.{side:?}]\nchain-id = {id}\nrpc-url = \"{url}\"\n");
            proxies.insert(side, proxy);
        }
        fs::write(world.path().join("causeway.toml"), toml.to_lowercase()).unwrap();
        Self {
            world,
            prey,
            proxies,
            weather: BTreeMap::new(),
            launcher: Vec::new(),
            database: "relayer.sqlite".to_owned(),
            is_database_away: false,
            excused: false,
            crash: None,
            crashes: false,
            crashed: 0,
            starts: 0,
            faults: Vec::new(),
        }
    }

    /// Has it started by another program, which becomes it.
    pub(crate) fn launch_by(&mut self, launcher: Vec<String>) {
        self.launcher = launcher;
    }

    /// Where it is started.
    pub(crate) fn folder(&self) -> &Path {
        self.world.path()
    }

    /// Has it work on another database, at a path or a URL.
    pub(crate) fn work_on(&mut self, database: &str) {
        database.clone_into(&mut self.database);
    }

    /// Adds to the settings of the relayer.
    pub(crate) fn configure(&self, lines: &str) {
        let path = self.world.path().join("causeway.toml");
        let settings = fs::read_to_string(&path).unwrap();
        fs::write(path, settings.replacen(TABLE, &format!("{TABLE}{lines}"), 1)).unwrap();
    }

    /// From now on its database can be reached, or not: one that starts without it ends.
    pub(crate) const fn misses_database(&mut self, is_away: bool) {
        self.is_database_away = is_away;
        self.excused |= is_away;
    }

    pub(crate) fn start(&mut self) {
        self.starts += 1;
        self.excused = self.is_misled() || self.is_database_away;
        let args = ["relayer", "run", "--json", "--from-block", "0", "--database", &self.database];
        let mut command = self.world.command_by(&self.launcher, &args);
        let log = |name: &str| {
            let path = self.world.path().join(name);
            Stdio::from(File::options().append(true).create(true).open(path).unwrap())
        };
        self.crashes = self.crash.is_some();
        if let Some((point, times)) = self.crash.take() {
            command.env("CAUSEWAY_CRASH_AT", format!("{point}:{times}"));
        }
        command.env("CAUSEWAY_PRIVATE_KEY", KEY).stdout(log("stdout")).stderr(log("stderr"));
        if let Some((_, filter)) = std::env::vars_os().find(|(name, _)| name == "CAUSEWAY_STORM_LOG") {
            command.env("RUST_LOG", filter);
        }
        self.prey.is(command.spawn().unwrap());
    }

    /// Starts it again if it ended.
    pub(crate) fn tend(&mut self) {
        let Some(status) = self.ended() else { return };
        self.judge(status, false);
        self.start();
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&self) -> Option<ExitStatus> {
        self.prey.child(|child| child.as_mut().and_then(|child| child.try_wait().unwrap()))
    }

    /// Whether a node of another chain may answer it: no relayer starts with that.
    fn is_misled(&self) -> bool {
        self.weather.values().any(|fault| *fault == Fault::OtherChain || *fault == Fault::Stray)
    }

    fn judge(&mut self, status: ExitStatus, was_interrupted: bool) {
        // Before it listens to signals, it ends by them.
        let is_killed = status.signal() == Some(9) || (was_interrupted && status.signal() == Some(2));
        let is_crashed = self.crashes && status.signal() == Some(6);
        self.crashed += u64::from(is_crashed);
        let is_done = was_interrupted && status.success();
        if !is_killed && !is_crashed && !is_done && !self.excused {
            self.faults.push(format!("it ended by itself with {status}: {}", self.tail()));
        }
    }

    /// The last that it said.
    pub(crate) fn tail(&self) -> String {
        let text = |name| fs::read_to_string(self.world.path().join(name)).unwrap_or_default();
        let last = |text: String| {
            let lines: Vec<_> = text.lines().rev().take(30).map(str::to_owned).collect();
            lines.into_iter().rev().collect::<Vec<_>>().join("\n")
        };
        format!("\n{}\n{}", last(text("stdout")), last(text("stderr")))
    }

    pub(crate) fn kill(&self) {
        self.prey.kill();
    }

    /// Has the next process end by itself at a point. A release build knows none.
    pub(crate) const fn crash_at(&mut self, point: &'static str, times: u64) {
        if cfg!(debug_assertions) {
            self.crash = Some((point, times));
        }
    }

    /// How many processes did not end as they should.
    pub(crate) fn killed(&self) -> u64 {
        self.prey.killed() + self.crashed
    }

    pub(crate) const fn prey(&self) -> &Prey {
        &self.prey
    }

    /// Ends it as Ctrl-C does, and holds it to that.
    pub(crate) async fn interrupt(&mut self) {
        self.prey.wake();
        if self.ended().is_none() {
            let pid = self.prey.child(|child| child.as_ref().map(std::process::Child::id));
            signal(pid.unwrap(), "INT");
        }
        let since = Instant::now();
        let status = loop {
            if let Some(status) = self.ended() {
                break status;
            }
            assert!(since.elapsed() < PATIENCE, "it does not end: {}", self.tail());
            sleep(Duration::from_millis(10)).await;
        };
        self.judge(status, true);
    }

    pub(crate) fn set(&mut self, side: Side, weather: Option<(Fault, u64)>) {
        match weather {
            Some((fault, _)) => self.weather.insert(side, fault),
            None => self.weather.remove(&side),
        };
        self.excused |= self.is_misled();
        self.proxies[&side].set(weather);
    }

    /// How many requests met a fault.
    pub(crate) fn met(&self) -> u64 {
        self.proxies.values().map(Proxy::met).sum()
    }
}
