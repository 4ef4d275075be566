//! One simulation: a world, a verifier that is told of it, and the model beside it.

use super::{
    causes, follow,
    known::News,
    model::Model,
    node::Sealed,
    promises::{Ground, Promises},
    queries::{Expected, Query},
    rng::Rng,
    tally::Tally,
    world::World,
};
use alloy_primitives::U256;
use causeway_interop::SameTimestamp;
use causeway_verifier::{
    Admission, Cause, Core, Desk, Invalidated, LogIndex, OutputRoots, Refusal, SourceEvent, Step, Verifier,
    View,
};
use std::sync::Arc;
use tokio::sync::broadcast;

/// Steps of one simulation.
const STEPS: u64 = 40;

/// Checks that are under way at a time, at most.
const UNDER_WAY: usize = 4;

struct Simulation {
    world: World,
    model: Model,
    rng: Rng,
    /// Where the index is, for those that are on disk.
    directory: Option<tempfile::TempDir>,
    /// None only while it starts again.
    machine: Option<Machine>,
    forbids_same_time: bool,
    failsafe: bool,
    promises: Promises,
    /// Checks that are under way, and the view that they are made by. What they ask for is there.
    under_way: Vec<(Arc<View>, Query)>,
    /// Blocks that went away lately.
    lost: Vec<(U256, Arc<Sealed>)>,
    tally: Tally,
}

/// What is gone when the process ends.
struct Machine {
    core: Core,
    verifier: Verifier,
    desk: Desk,
    invalidated: broadcast::Receiver<Invalidated>,
}

/// Runs the simulation of a seed, and says what happened in it.
pub(super) fn run(seed: u64) -> Tally {
    let mut simulation = Simulation::new(seed);
    for _ in 0..STEPS {
        simulation.step();
    }
    let hits = simulation.machine().verifier.cache_stats().hits;
    simulation.tally.add("logs recalled", hits);
    simulation.tally.add("blocks pruned", simulation.model.pruned);
    simulation.tally.add("questions only the verifier could answer", simulation.model.asked);
    simulation.tally
}

impl Simulation {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let mut rng = Rng::new(!seed);
        let directory = rng.percent(5).then(|| tempfile::tempdir().expect("a directory"));
        let index = match &directory {
            Some(directory) => LogIndex::open(&directory.path().join("index")),
            None => LogIndex::in_memory(),
        };
        let forbids_same_time = rng.percent(10);
        let machine = Some(Machine::start(index.expect("an index"), &world, forbids_same_time));
        Self {
            model: Model::new(world.nodes.len()),
            rng,
            directory,
            machine,
            world,
            forbids_same_time,
            failsafe: false,
            promises: Promises::default(),
            under_way: Vec::new(),
            lost: Vec::new(),
            tally: Tally::default(),
        }
    }

    fn machine(&mut self) -> &mut Machine {
        self.machine.as_mut().expect("it runs")
    }

    fn step(&mut self) {
        let seconds = self.rng.between(1, 4);
        self.world.pass(seconds);
        self.replace_fallen();
        if self.rng.percent(15) {
            self.reorg();
        }
        if self.rng.percent(if self.failsafe { 70 } else { 3 }) {
            self.failsafe = !self.failsafe;
            let failsafe = self.failsafe;
            self.machine().core.set_failsafe(failsafe).expect("it is written");
        }
        if self.directory.is_some() && self.rng.percent(15) {
            self.restart();
        }
        let news = self.gather();
        let machine = self.machine();
        let step = machine.core.step(news).expect("it is applied");
        machine.desk.publish(&step);
        self.count(&step);
        self.model.end_step(&self.world, &step);
        causes::check(&self.world, &self.model.known, &step.view, &step.fallen);
        self.check_notices(&step);
        self.end_checks(&step);
        for _ in 0..self.rng.below(5) {
            self.ask();
        }
        if self.rng.percent(50) {
            self.begin_check();
        }
    }

    /// News of all chains, in any order.
    fn gather(&mut self) -> Vec<(U256, SourceEvent)> {
        let view = self.machine().verifier.view();
        let mut told = Vec::new();
        for _ in 0..self.rng.below(7) {
            let place = self.rng.below(self.world.nodes.len() as u64) as usize;
            let known = &self.model.known[place];
            let news = if known.is_adrift {
                // Nothing of that counts any more.
                follow::blocks(&self.world.nodes[place], known, &mut self.rng)
            } else {
                let window = self.world.window;
                follow::next(&mut self.world.nodes[place], known, window, &view, &mut self.rng)
            };
            for news in news {
                self.tell(place, &news, &mut told);
            }
            if self.rng.percent(6) {
                self.reorg();
            }
        }
        told
    }

    fn tell(&mut self, place: usize, news: &News, told: &mut Vec<(U256, SourceEvent)>) {
        let id = self.world.nodes[place].id;
        if matches!(news, News::Other(SourceEvent::Reorg { .. } | SourceEvent::Forget)) {
            let before = self.model.known[place].blocks.clone();
            self.model.take(place, news);
            let known = &self.model.known[place];
            let gone = before.into_iter().filter(|block| known.ever(block.number()).is_none());
            self.lost.extend(gone.map(|block| (id, block)));
            let excess = self.lost.len().saturating_sub(30);
            self.lost.drain(..excess);
        } else {
            self.model.take(place, news);
        }
        told.push((id, news.event()));
    }

    fn reorg(&mut self) {
        let place = self.rng.below(self.world.nodes.len() as u64) as usize;
        let node = &self.world.nodes[place];
        let tip = node.tip().number();
        let number = tip.saturating_sub(self.rng.between(1, 6)).max(node.finalized);
        if number < tip {
            self.world.reorg(place, number);
        }
    }

    /// Nodes replace blocks that must not be, sooner or later.
    fn replace_fallen(&mut self) {
        let view = self.machine().verifier.view();
        for fallen in view.fallen() {
            let place = self.world.place(fallen.chain_id).expect("a chain");
            if self.rng.percent(40) && self.world.nodes[place].has(&fallen.header) {
                self.world.replace(place, fallen.header.number);
                self.tally.add("blocks replaced", 1);
            }
        }
    }

    /// The process ends, and another goes on with the index.
    fn restart(&mut self) {
        let Some(directory) = &self.directory else { return };
        let path = directory.path().join("index");
        // A file is open in one process at a time.
        (self.machine, self.under_way) = (None, Vec::new());
        let index = LogIndex::open(&path).expect("the index");
        let machine = Machine::start(index, &self.world, self.forbids_same_time);
        let view = machine.verifier.view();
        self.machine = Some(machine);
        self.promises.restart();
        self.tally.add("restarts", 1);
        self.model.restart(&self.world, &view);
    }

    fn query(&mut self) -> (Query, Expected) {
        let query = Query::random(&self.world, &self.model.known, &self.lost, &mut self.rng);
        let ground = Ground { world: &self.world, known: &self.model.known };
        self.promises.ask(&query.accesses, ground);
        let expected = self.expected(&query);
        (query, expected)
    }

    fn expected(&self, query: &Query) -> Expected {
        query.expected(&self.world, &self.model.known, self.forbids_same_time, self.failsafe)
    }

    fn ask(&mut self) {
        let (query, expected) = self.query();
        // The second time what was found is recalled.
        for _ in 0..2 {
            self.check(&query, &expected);
        }
    }

    fn check(&mut self, query: &Query, expected: &Expected) {
        let answer = self.machine().verifier.check(&query.entries(), query.level, &query.executing);
        match (expected, &answer) {
            (Expected::Admitted, Ok(())) => self.tally.add("admitted", 1),
            (Expected::Refused(code, rules), Err(refusal))
                if *code == refusal.rpc_code() && rules.contains(&refusal.rule()) =>
            {
                self.tally.add(class(refusal), 1);
                self.tally.add(refusal.rule(), 1);
            }
            (Expected::Either, answer) => {
                self.tally.add("of pruned blocks", 1);
                let evicts = matches!(answer, Err(Refusal::Invalid { .. }));
                assert!(!evicts || query.accesses.len() > 1, "{query:?} is called invalid: {answer:?}");
            }
            _ => panic!("{query:?} must be {expected:?}, and is {answer:?}"),
        }
        if answer.is_ok() {
            self.promises.admit(&query.accesses);
        }
    }

    /// Begins a check that does not end before blocks went away.
    fn begin_check(&mut self) {
        let (query, expected) = self.query();
        if expected == Expected::Admitted {
            let excess = (self.under_way.len() + 1).saturating_sub(UNDER_WAY);
            self.under_way.drain(..excess);
            let view = self.machine().verifier.view();
            self.under_way.push((view, query));
        }
    }

    /// Ends the checks that this step has overtaken. What they find was true, and counts for nobody who asks afterwards.
    fn end_checks(&mut self, step: &Step) {
        let is_removed = |chain_id: U256| step.removed.iter().any(|(removed, _)| *removed == chain_id);
        let under_way = std::mem::take(&mut self.under_way);
        for (view, query) in under_way {
            if query.accesses.iter().any(|access| is_removed(access.chain_id)) {
                let verifier = &self.machine().verifier;
                let answer = verifier.check_at(&view, &query.entries(), query.level, &query.executing);
                assert!(answer.is_ok(), "{query:?} was admitted by this view, and is {answer:?}");
                self.tally.add("checks overtaken by a reorg", 1);
                let machine = self.machine.as_mut().expect("it runs");
                let ground = Ground { world: &self.world, known: &self.model.known };
                let tally = &mut self.tally;
                self.promises.check_late(&query.accesses, &mut machine.invalidated, ground, tally);
                let expected = self.expected(&query);
                self.check(&query, &expected);
            }
            // Some go on, and are overtaken again.
            if self.rng.percent(90) {
                self.under_way.push((view, query));
            }
        }
    }

    /// What was admitted and is gone must be told, and nothing else.
    fn check_notices(&mut self, step: &Step) {
        let machine = self.machine.as_mut().expect("it runs");
        let ground = Ground { world: &self.world, known: &self.model.known };
        self.promises.check_step(&step.removed, &mut machine.invalidated, ground, &mut self.tally);
    }

    fn count(&mut self, step: &Step) {
        self.tally.add("steps", 1);
        self.tally.add("reorgs", step.removed.iter().filter(|(_, from)| *from > 0).count() as u64);
        self.tally.add("chains forgotten", step.removed.iter().filter(|(_, from)| *from == 0).count() as u64);
        self.tally.add("chains adrift", step.adrift.len() as u64);
        for fallen in &step.fallen {
            self.tally.add("blocks fallen", 1);
            self.tally.add(
                match fallen.cause {
                    Cause::Message { .. } => "blocks fallen by a message",
                    Cause::Cycle => "blocks fallen by a cycle",
                    Cause::DependsOn { .. } => "blocks fallen by a block",
                },
                1,
            );
        }
    }
}

impl Machine {
    fn start(index: LogIndex, world: &World, forbids_same_time: bool) -> Self {
        let set = world.dependency_set();
        let same_time = if forbids_same_time { SameTimestamp::Forbidden } else { SameTimestamp::Allowed };
        let admission = Admission::new(set.clone()).with_same_timestamp(same_time);
        let core = Core::resume(index, set).expect("a core");
        let view = core.view().expect("a view");
        let (verifier, desk) = Verifier::new(view, admission, 4_096, OutputRoots::default());
        Self { invalidated: verifier.invalidated(), core, verifier, desk }
    }
}

const fn class(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Failsafe => "answers under failsafe",
        Refusal::Malformed(_) | Refusal::TooManyEntries { .. } => "malformed",
        Refusal::Invalid { .. } => "invalid",
        Refusal::Unknown { .. } => "unknown",
        Refusal::Source { .. } | Refusal::Falling { .. } => "in trouble",
        Refusal::Index(_) => "faults",
    }
}
