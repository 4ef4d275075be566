//! Several relayers that divide the chains of a Postgres, beside one of them, and one with a file.

use super::{chronicle::Chronicle, traffic, used};
use crate::{
    devnet::{Chain, Devnet, stop},
    latencies::median,
};
use causeway_store::{Role, Store, test_utils::PostgresServer};
use eyre::ensure;
use futures::future::try_join_all;
use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::{Duration, Instant},
};
use tokio::{process::Child, time::sleep};

/// Messages from each chain to the next one.
const COUNT: u64 = 9_000;
/// Chains, and relayers where there are several.
const SEVERAL: usize = 3;
/// How long nothing is to be done, so that it is seen what the leases cost.
const IDLE: Duration = Duration::from_secs(10);
/// How long they may take to divide the chains.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crew {
    File,
    Postgres(usize),
}

/// What came of it, for each round.
#[derive(Debug, Default)]
struct Work {
    seconds: Vec<f64>,
    /// Processor time of all of them for each message, and for each second without messages, in milliseconds.
    cpu: Vec<f64>,
    idle: Vec<f64>,
}

/// A devnet's chains, each of which sends to the next one.
struct Ring {
    chains: Vec<Chain>,
    chronicles: Vec<Chronicle>,
}

impl Crew {
    const ALL: [Self; 3] = [Self::File, Self::Postgres(1), Self::Postgres(SEVERAL)];

    fn name(self) -> String {
        match self {
            Self::File => "one with a file".to_owned(),
            Self::Postgres(1) => "one on Postgres".to_owned(),
            Self::Postgres(count) => format!("{count} on Postgres"),
        }
    }
}

/// Prints all of it, from so many rounds, each on a devnet and a database of its own.
pub(super) async fn measure(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    let server = PostgresServer::start_durable();
    let mut works = Crew::ALL.map(|_| Work::default());
    for _ in 0..rounds {
        for (crew, work) in Crew::ALL.into_iter().zip(&mut works) {
            round(causeway, &server, crew, work).await?;
        }
    }
    println!(
        "| relayers of {SEVERAL} chains | messages | seconds | messages/s | to one on Postgres | processor time of one | of a second without messages |"
    );
    println!("|---|---|---|---|---|---|---|");
    let messages = COUNT * SEVERAL as u64;
    let rate_of = |work: &Work| messages as f64 / median(work.seconds.clone());
    let [_, one, _] = &works;
    let rate_of_one = rate_of(one);
    for (crew, work) in Crew::ALL.into_iter().zip(&works) {
        let (rate, seconds) = (rate_of(work), median(work.seconds.clone()));
        let (share, cpu, idle) =
            (100.0 * rate / rate_of_one, median(work.cpu.clone()), median(work.idle.clone()));
        println!(
            "| {} | {messages} | {seconds:.2} | {rate:.0} | {share:.0} % | {cpu:.2} ms | {idle:.1} ms |",
            crew.name()
        );
    }
    println!();
    Ok(())
}

async fn round(causeway: &Path, server: &PostgresServer, crew: Crew, work: &mut Work) -> eyre::Result<()> {
    let chains = SEVERAL.to_string();
    let devnet = Devnet::start(causeway, &["--l2-count", &chains, "--block-time", "1"]).await?;
    let ring = Ring::of(devnet.chains().await?).await?;
    let relayers = match crew {
        Crew::File => vec![devnet.join(&["relayer", "run", "--quiet"])?],
        Crew::Postgres(count) => start_on(&devnet, &server.new_url().await, count).await?,
    };
    // Once one message of each chain is there, all of it works.
    ring.send(1).await?;
    let before = used_by_all(&relayers)?;
    sleep(IDLE).await;
    let idle = used_by_all(&relayers)? - before;
    work.idle.push(idle.as_secs_f64() * 1e3 / IDLE.as_secs_f64());
    let (before, started) = (used_by_all(&relayers)?, Instant::now());
    ring.send(COUNT).await?;
    work.seconds.push(started.elapsed().as_secs_f64());
    let cpu = used_by_all(&relayers)? - before;
    work.cpu.push(cpu.as_secs_f64() * 1e3 / (COUNT * SEVERAL as u64) as f64);
    drop(ring);
    for relayer in relayers {
        stop(relayer).await?;
    }
    devnet.stop().await
}

/// Starts so many relayers on a database, and waits until the chains are divided.
async fn start_on(devnet: &Devnet<'_>, url: &str, count: usize) -> eyre::Result<Vec<Child>> {
    let path = devnet.home().join("database-url");
    // It is one that nobody else may read, as one with a password would be.
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path)?;
    file.write_all(url.as_bytes())?;
    let database = format!("@{}", path.display());
    let arguments = ["relayer", "run", "--quiet", "--database", &database];
    let store = Store::connect(url).await?;
    let relayers: Vec<Child> = (0..count).map(|_| devnet.join(&arguments)).collect::<eyre::Result<_>>()?;
    let started = Instant::now();
    loop {
        let leases = store.leases().await?;
        let leases = leases.iter().filter(|lease| lease.role == Role::Index);
        let taken: Vec<&str> = leases.map(|lease| lease.holder.as_str()).collect();
        let holders: BTreeSet<&str> = taken.iter().copied().collect();
        if taken.len() == SEVERAL && holders.len() == count {
            break;
        }
        ensure!(started.elapsed() < PATIENCE, "the chains are not divided: {taken:?}");
        sleep(Duration::from_millis(50)).await;
    }
    store.close().await;
    Ok(relayers)
}

fn used_by_all(relayers: &[Child]) -> eyre::Result<Duration> {
    relayers.iter().map(used).sum()
}

impl Ring {
    async fn of(chains: Vec<Chain>) -> eyre::Result<Self> {
        ensure!(chains.len() == SEVERAL, "not {SEVERAL} chains");
        let chronicles = try_join_all(chains.iter().map(|chain| Chronicle::listen(&chain.ws))).await?;
        Ok(Self { chains, chronicles })
    }

    /// Sends so many from each chain to the next one, and waits until they are delivered.
    async fn send(&self, count: u64) -> eyre::Result<()> {
        let before: Vec<u64> = self.chronicles.iter().map(Chronicle::relayed).collect();
        let next = self.chains.iter().cycle().skip(1);
        let sends = self.chronicles.iter().zip(next);
        try_join_all(sends.map(|(source, chain)| traffic::send_many(source, chain.id, count))).await?;
        let arrivals = self.chronicles.iter().zip(before).map(|(chronicle, before)| {
            chronicle.when(move |events| events.relayed.len() as u64 >= before + count, |_| ())
        });
        try_join_all(arrivals).await?;
        Ok(())
    }
}
