//! Two chains, and the relayers between them.

use super::{
    chain::Chain,
    dice::Dice,
    judge::Books,
    kind::{Kind, Parcel},
    ledger,
    replica::{PATIENCE, Replica},
    schedule::{Blow, SIDES, Side, Step},
    site::Site,
};
use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Between blocks, when the storm is over.
const CALM: Duration = Duration::from_millis(100);

pub(crate) struct World {
    pub(crate) chains: BTreeMap<Side, Chain>,
    pub(crate) replicas: Vec<Replica>,
    /// The database that the relayers share, if they do.
    site: Option<Site>,
}

/// A storm that is over.
pub(crate) struct Over {
    pub(crate) books: Books,
    /// How many kills hit a process.
    pub(crate) kills: u64,
    starts: u64,
    /// How many requests met a fault.
    met: u64,
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { books, kills, starts, met } = self;
        write!(f, "{books}; {kills} kills, {starts} starts, {met} requests met a fault")
    }
}

impl World {
    /// With so many relayers, which do not run yet. The batcher is on one of the chains, on both, or on none.
    pub(crate) async fn new(dice: &mut Dice, replicas: usize) -> Self {
        let mut chains = BTreeMap::new();
        for side in SIDES {
            chains.insert(side, Chain::start(side, dice.chance(70)).await);
        }
        let mut world = Self { chains, replicas: Vec::new(), site: None };
        for _ in 0..replicas {
            world.replicas.push(Replica::new(&world.chains, dice).await);
        }
        world
    }

    /// Has all relayers work on one Postgres.
    pub(crate) async fn share(&mut self) {
        self.site = Some(Site::start(&mut self.replicas).await);
    }

    pub(crate) fn start(&mut self) {
        self.replicas.iter_mut().for_each(Replica::start);
    }

    pub(crate) fn chain(&mut self, side: Side) -> &mut Chain {
        self.chains.get_mut(&side).unwrap()
    }

    pub(crate) async fn go_through(&mut self, steps: Vec<Step>) {
        for step in steps {
            self.replicas.iter_mut().for_each(Replica::tend);
            self.step(step).await;
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Send(side, parcels) => self.chain(side).send(&parcels).await,
            Step::Mine(side) => self.chain(side).mine().await,
            Step::Reorg { sides, depth, again } => {
                for side in sides {
                    self.chain(side).reorg(depth, again).await;
                }
            }
            Step::Kill => self.replicas.iter().for_each(Replica::kill),
            Step::KillAt(point, times) => {
                self.replicas.iter().for_each(|replica| replica.prey().set_trap(point, times));
            }
            Step::CrashAt(point, times) => {
                for replica in &mut self.replicas {
                    replica.crash_at(point, times);
                    replica.kill();
                }
            }
            Step::Interrupt => {
                for replica in &mut self.replicas {
                    replica.interrupt().await;
                    replica.start();
                }
            }
            Step::Weather(side, fault, share) => self.set(side, Some((fault, share))),
            Step::Clear(side) => self.set(side, None),
            Step::Pause(time) => sleep(Duration::from_millis(time)).await,
            Step::To(place, blow) => self.strike(place, blow),
            Step::Database(command) => {
                self.site.as_mut().expect("they share one").tell(command, &mut self.replicas);
            }
        }
    }

    fn strike(&mut self, place: usize, blow: Blow) {
        let replica = &mut self.replicas[place];
        match blow {
            Blow::Kill => replica.kill(),
            Blow::Stop => replica.prey().stop(),
            Blow::StopAt(point, times) => replica.prey().set_snare(point, times),
            Blow::Wake => {
                replica.prey().take_trap();
                replica.prey().wake();
            }
            Blow::Cut | Blow::Mend => {
                let site = self.site.as_mut().expect("they share one");
                site.connect(place, blow == Blow::Mend, &mut self.replicas);
            }
        }
    }

    fn set(&mut self, side: Side, weather: Option<(super::fault::Fault, u64)>) {
        self.replicas.iter_mut().for_each(|replica| replica.set(side, weather));
    }

    async fn mine(&mut self) {
        for side in SIDES {
            self.chain(side).mine().await;
        }
        sleep(CALM).await;
    }

    /// What waits in the pools, in words.
    async fn waiting(&self) -> Vec<String> {
        let mut waiting = Vec::new();
        for (side, chain) in &self.chains {
            waiting.extend(ledger::waiting(*side, chain).await);
        }
        waiting
    }

    /// The faults stop: everything is delivered, nothing more is sent, and the relayers end when they are told to. Panics
    /// with what is against the promise.
    pub(crate) async fn settle(mut self, seed: u64) -> Over {
        for replica in &self.replicas {
            replica.prey().take_trap();
            replica.prey().wake();
        }
        if let Some(site) = &mut self.site {
            site.mend(&mut self.replicas);
        }
        SIDES.into_iter().for_each(|side| self.set(side, None));
        let books = self.deliver_all(seed).await;
        for replica in &mut self.replicas {
            replica.interrupt().await;
        }
        // What they had handed out goes into blocks.
        self.mine().await;
        self.mine().await;
        // Started again, they find nothing to do.
        self.start();
        for _ in 0..10 {
            self.replicas.iter_mut().for_each(Replica::tend);
            self.mine().await;
        }
        for replica in &mut self.replicas {
            replica.interrupt().await;
        }
        self.mine().await;
        let (after, waiting) = (Books::read(&self.chains).await, self.waiting().await);
        let mut faults = after.faults();
        faults.extend(self.replicas.iter_mut().flat_map(|replica| std::mem::take(&mut replica.faults)));
        // A nonce is given up only when what it was signed for is gone, or changed its mind.
        let excuses = after.fickle_count() + self.chains.values().map(|chain| chain.gone).sum::<usize>();
        if after.fillers() > excuses {
            faults.push(format!("{} nonces were filled, with {excuses} reasons to", after.fillers()));
        }
        faults.extend(waiting.into_iter().map(|one| format!("a transaction waits in a pool still: {one}")));
        let tails: String = self.replicas.iter().map(Replica::tail).collect();
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}\nbefore: {books}\nafter: {after}\n{tails}");
        let sum = |of: fn(&Replica) -> u64| self.replicas.iter().map(of).sum();
        let (kills, starts) = (sum(Replica::killed), sum(|replica| replica.starts));
        Over { books: after, kills, starts, met: sum(Replica::met) }
    }

    /// Waits until everything that can be delivered is.
    async fn deliver_all(&mut self, seed: u64) -> Books {
        let (mut least, mut since) = (usize::MAX, Instant::now());
        loop {
            self.replicas.iter_mut().for_each(Replica::tend);
            for _ in 0..5 {
                self.mine().await;
            }
            // Reading everything takes its time.
            let simple = self.simple_missing().await;
            let (missing, books) = if simple > 0 {
                (simple, None)
            } else {
                let books = Books::read(&self.chains).await;
                if books.missing().is_empty() && self.waiting().await.is_empty() {
                    return books;
                }
                (books.missing().len(), Some(books))
            };
            if missing < least {
                (least, since) = (missing, Instant::now());
            }
            if since.elapsed() > PATIENCE {
                let books = if let Some(books) = books { books } else { Books::read(&self.chains).await };
                let tails: String = self.replicas.iter().map(Replica::tail).collect();
                let (missing, waiting) = (books.missing(), self.waiting().await);
                panic!(
                    "seed {seed}: not delivered: {missing:#?}\nin the pools: {waiting:#?}\n{books}\n{tails}"
                );
            }
        }
    }

    /// How many messages are not delivered that need nothing but a transaction.
    async fn simple_missing(&self) -> usize {
        let mut missing = 0;
        for side in SIDES {
            let delivered = ledger::delivered(&self.chains[&side.other()]).await;
            let sent = ledger::sent(side, &self.chains[&side]).await;
            let is_missing = |(message, parcel): &(&_, &Parcel)| {
                matches!(parcel.kind, Kind::Account | Kind::Counts) && !delivered.contains_key(*message)
            };
            missing += sent.iter().filter(is_missing).count();
        }
        missing
    }
}
