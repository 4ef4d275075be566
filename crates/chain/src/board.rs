//! What is known of the nodes of one chain, shared by all who ask them.

mod choice;
mod health;
mod stats;
mod taken;

pub(crate) use choice::{Need, Order};
pub(crate) use health::ChainCheck;
pub use stats::{NodeState, NodeStats, PoolStats};

use crate::{Endpoint, PoolOptions};
use alloy::primitives::B256;
use choice::Standing;
use health::Health;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use taken::Taken;
use tokio::{sync::watch, time::Instant};

/// The nodes of one chain, and how each of them does.
#[derive(Debug)]
pub(crate) struct Board {
    endpoints: Vec<Endpoint>,
    options: PoolOptions,
    state: Mutex<State>,
    hedged: AtomicU64,
    hedges_won: AtomicU64,
    failed_over: AtomicU64,
    /// Whether somebody keeps an eye on the nodes, and has looked at all of them once.
    pub(crate) watched: watch::Sender<Watched>,
}

/// Whether somebody keeps an eye on the nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Watched {
    #[default]
    No,
    /// He looks at them for the first time.
    Begun,
    /// He has looked at each of them.
    Yes,
}

#[derive(Debug)]
struct State {
    nodes: Vec<Health>,
    passed_over: Vec<u64>,
    primary: usize,
    switched: u64,
    chain_id: Option<u64>,
    taken: Taken,
    used: Option<Instant>,
}

impl Board {
    pub(crate) fn new(endpoints: Vec<Endpoint>, options: PoolOptions, chain_id: Option<u64>) -> Self {
        let count = endpoints.len();
        Self {
            endpoints,
            options,
            state: Mutex::new(State {
                nodes: vec![Health::default(); count],
                passed_over: vec![0; count],
                primary: 0,
                switched: 0,
                chain_id,
                taken: Taken::default(),
                used: None,
            }),
            hedged: AtomicU64::new(0),
            hedges_won: AtomicU64::new(0),
            failed_over: AtomicU64::new(0),
            watched: watch::Sender::default(),
        }
    }

    pub(crate) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    pub(crate) const fn options(&self) -> &PoolOptions {
        &self.options
    }

    /// The chain that all have to serve: as it was said, or as the first of them said that was asked.
    pub(crate) fn chain_id(&self) -> Option<u64> {
        self.state().chain_id
    }

    /// Says which chain all have to serve, if nobody did.
    pub(crate) fn expect_chain(&self, chain_id: u64) {
        self.state().chain_id.get_or_insert(chain_id);
    }

    /// Whom to ask.
    pub(crate) fn order(&self, need: Need) -> Order {
        let (mut state, now) = (self.state(), Instant::now());
        let standings = self.choose_primary(&mut state, now);
        choice::order(&standings, state.primary, need)
    }

    fn choose_primary(&self, state: &mut State, now: Instant) -> Vec<Standing> {
        let standings = self.standings(state, now);
        let before = state.primary;
        state.primary = choice::primary(&standings, before);
        if state.primary != before {
            state.switched += 1;
            let (from, to) = (&self.endpoints[before], &self.endpoints[state.primary]);
            tracing::info!(chain = state.chain_id, %from, %to, "another node is asked first from now on");
        }
        standings
    }

    /// Whether the node must not be asked for what is newest, as far as is known.
    pub(crate) fn is_behind(&self, node: usize) -> bool {
        let state = self.state();
        self.standings(&state, Instant::now()).get(node).is_some_and(|standing| standing.is_behind)
    }

    /// The highest head that counts.
    pub(crate) fn best(&self) -> Option<u64> {
        self.best_of(&self.state(), Instant::now())
    }

    /// Those that were passed over for long enough, and those whose head is not known to be of the last moment.
    pub(crate) fn due(&self) -> Vec<usize> {
        let (state, now) = (self.state(), Instant::now());
        let is_due = |health: &Health| match &health.passed_over {
            Some((until, _)) => *until <= now,
            None => health.head.is_none_or(|head| head.heard + self.options.probe_interval <= now),
        };
        (0..state.nodes.len()).filter(|node| is_due(&state.nodes[*node])).collect()
    }

    pub(crate) fn chain_check(&self, node: usize) -> ChainCheck {
        self.state().nodes[node].chain
    }

    /// The node says which chain it serves; tells which it has to be if that is another one.
    pub(crate) fn check_chain(&self, node: usize, actual: u64) -> Result<(), u64> {
        let mut state = self.state();
        let expected = *state.chain_id.get_or_insert(actual);
        if expected == actual {
            state.nodes[node].chain = ChainCheck::Right;
            return Ok(());
        }
        drop(state);
        self.stranger(node, &format!("it serves chain {actual}, not {expected}"));
        Err(expected)
    }

    /// The node serves another chain, whatever it says: it is not asked until it was found to serve the right one.
    pub(crate) fn stranger(&self, node: usize, reason: &str) {
        let (mut state, now) = (self.state(), Instant::now());
        if state.nodes[node].is_stranger(now, reason, &self.options) {
            self.tell_passed_over(&mut state, node, reason);
        }
    }

    /// The node failed.
    pub(crate) fn failed(&self, node: usize, reason: &str, at_least: Option<Duration>) {
        let (mut state, now) = (self.state(), Instant::now());
        let health = &mut state.nodes[node];
        if health.chain == ChainCheck::Wrong {
            return;
        }
        // Whoever comes back may be another.
        health.chain = ChainCheck::Unknown;
        if health.fail(now, reason, at_least, &self.options) {
            self.tell_passed_over(&mut state, node, reason);
        }
    }

    /// The node is asked too much.
    pub(crate) fn overloaded(&self, node: usize, retry_after: Option<Duration>) {
        let (mut state, now) = (self.state(), Instant::now());
        let reason = "it is asked too much";
        if state.nodes[node].fail(now, reason, retry_after, &self.options) {
            self.tell_passed_over(&mut state, node, reason);
        }
    }

    /// The node answered as one that is in order.
    pub(crate) fn answered(&self, node: usize) {
        let mut state = self.state();
        let health = &mut state.nodes[node];
        if health.chain != ChainCheck::Wrong && health.answer() {
            tracing::info!(chain = state.chain_id, endpoint = %self.endpoints[node], "a node is back");
        }
    }

    /// The node that was passed over for another chain serves the right one.
    pub(crate) fn forgiven(&self, node: usize) {
        let mut state = self.state();
        let health = &mut state.nodes[node];
        health.chain = ChainCheck::Right;
        if health.answer() {
            tracing::info!(chain = state.chain_id, endpoint = %self.endpoints[node], "a node is back");
        }
    }

    /// Another node answered first though it was asked later.
    pub(crate) fn lost_race(&self, node: usize) {
        let is_slow = self.state().nodes[node].lose_race();
        if is_slow {
            self.failed(node, "it is slower than another", None);
        }
    }

    /// The node told its head; `best` is what [`Self::best`] said when it was asked.
    pub(crate) fn head(&self, node: usize, number: u64, best: Option<u64>) {
        let (mut state, now) = (self.state(), Instant::now());
        if state.nodes[node].chain != ChainCheck::Wrong {
            state.nodes[node].tell(now, number, best);
            self.choose_primary(&mut state, now);
        }
    }

    /// Notes what a node says of a transaction.
    pub(crate) fn note_transaction(&self, transaction: B256, node: usize, may_hold: bool) {
        self.state().taken.note(transaction, node, may_hold);
    }

    /// Whether the node may hold the transaction, as far as it was noted.
    pub(crate) fn is_held_by(&self, transaction: B256, node: usize) -> bool {
        self.state().taken.by(transaction, node)
    }

    /// A node, other than these, that may hold the transaction.
    pub(crate) fn held_by_another(&self, transaction: B256, nodes: &[usize]) -> Option<&Endpoint> {
        let holder = self.state().taken.by_another(transaction, nodes)?;
        self.endpoints.get(holder)
    }

    /// Somebody asks.
    pub(crate) fn touch(&self) {
        self.state().used = Some(Instant::now());
    }

    /// For how long nobody asked.
    pub(crate) fn idle(&self) -> Duration {
        self.state().used.map_or(Duration::MAX, |used| used.elapsed())
    }

    pub(crate) fn count_hedge(&self) {
        self.hedged.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_hedge_won(&self) {
        self.hedges_won.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_failover(&self) {
        self.failed_over.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self) -> PoolStats {
        let (state, now) = (self.state(), Instant::now());
        let standings = self.standings(&state, now);
        let nodes = self.endpoints.iter().zip(&state.nodes).zip(standings).enumerate();
        let nodes = nodes.map(|(node, ((endpoint, health), standing))| {
            let tallied = endpoint.tally().read();
            let best = self.best_of(&state, now).unwrap_or_default();
            let node_state = match standing {
                Standing { is_stranger: true, .. } => NodeState::WrongChain,
                Standing { back_in: Some(_), .. } => NodeState::PassedOver,
                Standing { is_behind: true, .. } => NodeState::Behind,
                _ if node == state.primary => NodeState::Primary,
                _ => NodeState::Ready,
            };
            NodeStats {
                url: endpoint.to_string(),
                state: node_state,
                reason: match (&health.passed_over, node_state) {
                    (Some((_, reason)), _) => reason.clone(),
                    (None, NodeState::Behind) => format!("its head is not the newest, which is {best}"),
                    _ => String::new(),
                },
                head: health.head.map(|head| head.number),
                requests: tallied.requests,
                failures: tallied.failures,
                refusals: tallied.refusals,
                passed_over: state.passed_over[node],
            }
        });
        PoolStats {
            nodes: nodes.collect(),
            hedged: self.hedged.load(Ordering::Relaxed),
            hedges_won: self.hedges_won.load(Ordering::Relaxed),
            failed_over: self.failed_over.load(Ordering::Relaxed),
            switched: state.switched,
        }
    }

    fn standings(&self, state: &State, now: Instant) -> Vec<Standing> {
        let standing = |health: &Health| Standing {
            is_stranger: health.chain == ChainCheck::Wrong,
            back_in: health.passed_over.as_ref().map(|(until, _)| until.saturating_duration_since(now)),
            is_behind: health.is_behind(&self.options),
        };
        state.nodes.iter().map(standing).collect()
    }

    fn best_of(&self, state: &State, now: Instant) -> Option<u64> {
        state.nodes.iter().filter_map(|health| health.counts(now, &self.options)).max()
    }

    fn tell_passed_over(&self, state: &mut State, node: usize, reason: &str) {
        state.passed_over[node] += 1;
        self.choose_primary(state, Instant::now());
        if self.endpoints.len() > 1 {
            let endpoint = &self.endpoints[node];
            tracing::warn!(chain = state.chain_id, %endpoint, reason, "a node is passed over");
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where it is told how a node of a pool does.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) board: Arc<Board>,
    pub(crate) node: usize,
}
