//! What the verifier counts, for Prometheus.

mod verdicts;

use crate::{ChainStatus, Refusal, Verifier};
use alloy_primitives::U256;
use causeway_interop::SafetyLevel;
use causeway_service::{BuildInfo, METADATA, ProcessMetrics, Register};
use metrics::{Counter, Gauge, Histogram, Key, Recorder, Unit};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use std::{collections::BTreeMap, fmt, time::Duration};
use verdicts::Verdicts;

const CHECKS: &str = "causeway_verifier_checks_total";
const LATENCY: &str = "causeway_verifier_check_seconds";

/// The codes of [`SourceState`](crate::SourceState).
const STATES: [&str; 5] = ["starting", "following", "offline", "stale", "suspended"];

/// Upper ends of the histogram's buckets, in seconds.
const BUCKETS: [f64; 17] = [
    10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 100e-3, 200e-3,
    500e-3, 1.0, 2.0,
];

fn chain(chain_id: U256) -> (&'static str, String) {
    ("chain_id", chain_id.to_string())
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Admitted,
    Invalid,
    Unknown,
    Failsafe,
    Malformed,
    RateLimited,
    Fault,
}

impl Outcome {
    const ALL: [Self; 7] = [
        Self::Admitted,
        Self::Invalid,
        Self::Unknown,
        Self::Failsafe,
        Self::Malformed,
        Self::RateLimited,
        Self::Fault,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
            Self::Failsafe => "failsafe",
            Self::Malformed => "malformed",
            Self::RateLimited => "rate_limited",
            Self::Fault => "fault",
        }
    }
}

/// What the verifier counts, for Prometheus. No recorder is installed: several of these live side by side.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    process: ProcessMetrics,
    verdicts: Verdicts,
    overturned: Counter,
    checks: [Counter; Outcome::ALL.len()],
    latency: Histogram,
    entries: Counter,
    calls: Counter,
    requests: Counter,
    connections: Gauge,
    refused_connections: Counter,
    failsafe: Gauge,
    fallen: BTreeMap<U256, Gauge>,
    chains: BTreeMap<U256, ChainMetrics>,
    disk: Gauge,
    cache_hits: Counter,
    cache_misses: Counter,
    cache_entries: Gauge,
}

struct ChainMetrics {
    heads: Vec<(SafetyLevel, Gauge, Gauge)>,
    states: Vec<(&'static str, Gauge)>,
    reorgs: Counter,
    first: Gauge,
    history: Gauge,
    polling: Gauge,
    fallbacks: Counter,
}

impl Metrics {
    /// Registers everything, for these chains.
    pub(crate) fn new(
        chain_ids: impl IntoIterator<Item = U256>,
        build: &BuildInfo,
    ) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(LATENCY.to_owned()), &BUCKETS)?
            .build_recorder();
        let register = Register(&recorder);
        let chain_ids: Vec<U256> = chain_ids.into_iter().collect();
        register.counter_help(CHECKS, "Access lists that were checked, by outcome.");
        let checks =
            Outcome::ALL.map(|outcome| register.counter(CHECKS, [("outcome", outcome.name().to_owned())]));
        register.0.describe_histogram(
            LATENCY.into(),
            Some(Unit::Seconds),
            "Time from a check's parameters to its verdict.".into(),
        );
        let fallen = "causeway_verifier_fallen_blocks";
        register.gauge_help(fallen, "1 while a block of the chain has to be replaced.");
        Ok(Self {
            process: ProcessMetrics::new(&register, build),
            verdicts: Verdicts::new(&register),
            overturned: register.single_counter(
                "causeway_verifier_overturned_verdicts_total",
                "Messages that were found valid, and whose log a reorg took away.",
            ),
            checks,
            latency: recorder.register_histogram(&Key::from_static_name(LATENCY), &METADATA),
            entries: register
                .single_counter("causeway_verifier_entries_total", "Access-list entries that were checked."),
            calls: register.single_counter("causeway_verifier_calls_total", "JSON-RPC calls."),
            requests: register.single_counter("causeway_verifier_http_requests_total", "HTTP requests."),
            connections: register.single_gauge("causeway_verifier_connections", "Open connections."),
            refused_connections: register.single_counter(
                "causeway_verifier_refused_connections_total",
                "Connections refused because there were too many.",
            ),
            failsafe: register
                .single_gauge("causeway_verifier_failsafe", "1 while the operator refuses all checks."),
            fallen: chain_ids.iter().map(|id| (*id, register.gauge(fallen, [chain(*id)]))).collect(),
            chains: chain_ids.iter().map(|id| (*id, ChainMetrics::new(&register, *id))).collect(),
            disk: register.single_gauge("causeway_verifier_disk_bytes", "Size of the log index."),
            cache_hits: register
                .single_counter("causeway_verifier_cache_hits_total", "Verdicts found in the cache."),
            cache_misses: register
                .single_counter("causeway_verifier_cache_misses_total", "Verdicts not found in the cache."),
            cache_entries: register.single_gauge("causeway_verifier_cache_entries", "Verdicts in the cache."),
            handle: recorder.handle(),
            recorder,
        })
    }

    /// Counts what became of a list that was judged.
    pub(crate) fn judged(&self, verdict: &Result<(), Refusal>) {
        self.verdicts.count(verdict);
    }

    /// Counts a check.
    pub(crate) fn checked(&self, outcome: Outcome, entries: usize, took: Duration) {
        self.checks[outcome as usize].increment(1);
        self.entries.increment(entries as u64);
        self.latency.record(took.as_secs_f64());
    }

    /// Counts a check that was not looked at.
    pub(crate) fn turned_away(&self) {
        self.checks[Outcome::RateLimited as usize].increment(1);
    }

    pub(crate) fn called(&self) {
        self.calls.increment(1);
    }

    pub(crate) fn requested(&self) {
        self.requests.increment(1);
    }

    pub(crate) fn refused_connection(&self) {
        self.refused_connections.increment(1);
    }

    /// Everything as Prometheus text. What the verifier itself knows is read now.
    pub(crate) fn render(&self, verifier: &Verifier, connections: usize) -> String {
        self.connections.set(connections as f64);
        let view = verifier.view();
        self.failsafe.set(f64::from(u8::from(view.failsafe())));
        for (chain_id, status) in view.chains() {
            if let Some(metrics) = self.chains.get(&chain_id) {
                metrics.set(status);
            }
            if let Some(gauge) = self.fallen.get(&chain_id) {
                gauge.set(view.fallen().iter().filter(|block| block.chain_id == chain_id).count() as f64);
            }
        }
        self.overturned.absolute(verifier.overturned());
        self.process.collect(&self.recorder);
        self.disk.set(verifier.disk_bytes() as f64);
        let cache = verifier.cache_stats();
        self.cache_hits.absolute(cache.hits);
        self.cache_misses.absolute(cache.misses);
        self.cache_entries.set(cache.entries as f64);
        self.handle.render()
    }

    /// Moves samples into buckets. Until then they take memory, so this has to happen even if nobody scrapes.
    pub(crate) fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

impl ChainMetrics {
    fn new(register: &Register<'_>, chain_id: U256) -> Self {
        let (number, time) = ("causeway_verifier_head_number", "causeway_verifier_head_timestamp_seconds");
        register.gauge_help(number, "Number of the newest block of a level.");
        register.gauge_help(time, "Timestamp of the newest block of a level.");
        let head = |level: SafetyLevel| {
            let labels = || [chain(chain_id), ("level", level.to_string())];
            (level, register.gauge(number, labels()), register.gauge(time, labels()))
        };
        let (state, first) = ("causeway_verifier_chain_state", "causeway_verifier_first_block");
        let (history, reorgs) = ("causeway_verifier_history_complete", "causeway_verifier_reorgs_total");
        register.gauge_help(state, "1 for the state that the chain is in.");
        register.gauge_help(first, "Number of the oldest block in the index.");
        register.gauge_help(history, "1 when the whole window of the chain is in the index.");
        register.counter_help(reorgs, "Reorganisations of the chain since the start.");
        let (polling, fallbacks) = ("causeway_verifier_polling", "causeway_verifier_fallbacks_total");
        register.gauge_help(polling, "1 while the chain's node is polled, since it does not push its heads.");
        register.counter_help(fallbacks, "How often a node ceased to push its heads since the start.");
        let of_state =
            |name: &'static str| (name, register.gauge(state, [chain(chain_id), ("state", name.to_owned())]));
        Self {
            heads: SafetyLevel::ALL.map(head).into(),
            states: STATES.map(of_state).into(),
            reorgs: register.counter(reorgs, [chain(chain_id)]),
            first: register.gauge(first, [chain(chain_id)]),
            history: register.gauge(history, [chain(chain_id)]),
            polling: register.gauge(polling, [chain(chain_id)]),
            fallbacks: register.counter(fallbacks, [chain(chain_id)]),
        }
    }

    fn set(&self, status: &ChainStatus) {
        for (level, number, timestamp) in &self.heads {
            let head = status.heads.at(*level);
            number.set(head.map_or(0.0, |head| head.number as f64));
            timestamp.set(head.map_or(0.0, |head| head.timestamp as f64));
        }
        for (name, gauge) in &self.states {
            gauge.set(f64::from(u8::from(*name == status.state.code())));
        }
        self.reorgs.absolute(status.reorgs);
        self.first.set(status.first.map_or(0.0, |first| first.number as f64));
        self.history.set(f64::from(u8::from(status.history_complete)));
        self.polling.set(f64::from(u8::from(!status.pushed)));
        self.fallbacks.absolute(status.fallbacks);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("chains", &self.chains.len()).finish_non_exhaustive()
    }
}
