//! What the relayer counts, for Prometheus. docs/relayer.md says what each metric means.

mod levels;
mod names;

use std::fmt;

use causeway_service::{BuildInfo, ProcessMetrics, Register};
use causeway_store::ErrandKind;
use metrics::{Counter, Gauge};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use super::observer::Measure;
use crate::{ErrandEvent, RelayerEvent};
pub(super) use levels::Levels;

/// Upper ends of the histograms' buckets, in seconds: from what is good to what is an outage.
const BUCKETS: [f64; 16] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 21_600.0];

/// What the relayer counts. No recorder is installed: several of these live side by side.
pub(super) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    process: ProcessMetrics,
    dropped: Counter,
    requests: Counter,
}

impl Metrics {
    pub(super) fn new(build: &BuildInfo) -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(names::SUBMISSION_LAG.to_owned()), &BUCKETS)?
            .set_buckets_for_metric(Matcher::Full(names::DELIVERY_LAG.to_owned()), &BUCKETS)?
            .build_recorder();
        let register = Register(&recorder);
        names::describe(&register);
        Ok(Self {
            process: ProcessMetrics::new(&register, build),
            dropped: register.counter(names::EVENTS_DROPPED, []),
            requests: register.counter(names::HTTP_REQUESTS, []),
            handle: recorder.handle(),
            recorder,
        })
    }

    /// Registers at zero what is counted by chain, so that what never happened can be told from what is not counted.
    pub(super) fn begin(&self, chain_ids: impl IntoIterator<Item = u64>) {
        for chain_id in chain_ids {
            for outcome in names::OUTCOMES {
                drop(self.attempts(chain_id, outcome));
            }
            for kind in names::FAILURES {
                drop(self.failures(chain_id, kind));
            }
            for cap in names::CAPS {
                drop(self.capped(chain_id, cap));
            }
            for side in names::SIDES {
                drop(self.reorged(chain_id, side));
            }
            drop(self.faults(chain_id));
            drop(self.gaps(chain_id));
            for outcome in names::RESEND_OUTCOMES {
                drop(self.resends(chain_id, outcome));
            }
            for outcome in names::TOP_UP_OUTCOMES {
                drop(self.top_ups(chain_id, outcome));
            }
            drop(self.register().histogram(names::SUBMISSION_LAG, [destination(chain_id)]));
            drop(self.register().histogram(names::DELIVERY_LAG, [destination(chain_id)]));
        }
        for outcome in names::WEBHOOK_OUTCOMES {
            drop(self.webhook(outcome));
        }
        drop(self.webhooks_unwell());
    }

    /// Counts an event.
    pub(super) fn count(&self, event: &RelayerEvent, measure: Option<Measure>) {
        match measure {
            Some(Measure::Submission { destination: id, took }) => {
                self.register().histogram(names::SUBMISSION_LAG, [destination(id)]).record(took);
            }
            Some(Measure::Delivery { destination: id, took }) => {
                self.register().histogram(names::DELIVERY_LAG, [destination(id)]).record(took);
            }
            None => {}
        }
        if let Some(counter) = self.counter_of(event) {
            counter.increment(1);
        }
    }

    fn counter_of(&self, event: &RelayerEvent) -> Option<Counter> {
        Some(match event {
            RelayerEvent::Submitted { destination, .. } => self.attempts(*destination, "submitted"),
            RelayerEvent::Delivered { destination, .. } => self.attempts(*destination, "delivered"),
            RelayerEvent::Replaced { destination, .. } => self.attempts(*destination, "replaced"),
            RelayerEvent::Cancelled { destination, .. } => self.attempts(*destination, "cancelled"),
            RelayerEvent::Postponed { destination, .. } => self.failures(*destination, "refused"),
            RelayerEvent::Failed { destination, tx_hash, retry_after_block, .. } => {
                if tx_hash.is_some() {
                    self.attempts(*destination, "reverted").increment(1);
                }
                let kind = if retry_after_block.is_none() { "given-up" } else { "reverted" };
                self.failures(*destination, kind)
            }
            RelayerEvent::Expired { destination, .. } => self.failures(*destination, "expired"),
            RelayerEvent::Capped { chain_id, source: None, .. } => self.capped(*chain_id, "hour"),
            RelayerEvent::Capped { chain_id, .. } => self.capped(*chain_id, "route"),
            RelayerEvent::Withheld { destination, .. } => self.capped(*destination, "vain"),
            RelayerEvent::Oversized { destination, .. } => self.capped(*destination, "message"),
            RelayerEvent::Orphaned { source, .. } => self.reorged(*source, "source"),
            RelayerEvent::Undelivered { destination, .. } => self.reorged(*destination, "destination"),
            RelayerEvent::Resent { source, .. } => self.resends(*source, "sent"),
            RelayerEvent::ResendCapped { chain_id, .. } => self.resends(*chain_id, "capped"),
            RelayerEvent::ResendUnfunded { chain_id, .. } => self.resends(*chain_id, "unfunded"),
            RelayerEvent::ResendImpossible { chain_id, .. } => self.resends(*chain_id, "impossible"),
            RelayerEvent::ToppedUp { chain_id, .. } => self.top_ups(*chain_id, "given"),
            RelayerEvent::TopUpCapped { chain_id, .. } => self.top_ups(*chain_id, "capped"),
            RelayerEvent::TopUpUnfunded { chain_id, .. } => self.top_ups(*chain_id, "unfunded"),
            RelayerEvent::Errand(ErrandEvent::Foreign { chain_id, what, .. }) => match what {
                ErrandKind::TopUp => self.top_ups(*chain_id, "foreign"),
                ErrandKind::Resend => self.resends(*chain_id, "foreign"),
                ErrandKind::Filler => return None,
            },
            RelayerEvent::ChainOffline { chain_id, .. } | RelayerEvent::NodeUnwell { chain_id, .. } => {
                self.faults(*chain_id)
            }
            RelayerEvent::NonceGap { chain_id, .. } => self.gaps(*chain_id),
            _ => return None,
        })
    }

    /// Counts events that came too fast to be heard.
    pub(super) fn dropped(&self, count: u64) {
        self.dropped.increment(count);
    }

    /// Counts an HTTP request.
    pub(super) fn requested(&self) {
        self.requests.increment(1);
    }

    /// Counts a try to tell a webhook: `told`, `failed` or `dropped`.
    pub(super) fn webhook(&self, outcome: &'static str) -> Counter {
        self.register().counter(names::WEBHOOKS, [("outcome", outcome.to_owned())])
    }

    /// How many webhooks do not take what they are told.
    pub(super) fn webhooks_unwell(&self) -> Gauge {
        self.register().gauge(names::WEBHOOKS_UNWELL, [])
    }

    /// Everything as Prometheus text.
    pub(super) fn render(&self, levels: &Levels) -> String {
        levels.set(&self.register());
        self.process.collect(&self.recorder);
        self.handle.render()
    }

    /// Moves samples into buckets. Until then they take memory, so this has to happen even if nobody scrapes.
    pub(super) fn upkeep(&self) {
        self.handle.run_upkeep();
    }

    const fn register(&self) -> Register<'_> {
        Register(&self.recorder)
    }

    fn attempts(&self, chain_id: u64, outcome: &'static str) -> Counter {
        self.register().counter(names::ATTEMPTS, [destination(chain_id), ("outcome", outcome.to_owned())])
    }

    fn failures(&self, chain_id: u64, kind: &'static str) -> Counter {
        self.register().counter(names::FAILED, [destination(chain_id), ("kind", kind.to_owned())])
    }

    fn capped(&self, chain_id: u64, cap: &'static str) -> Counter {
        self.register().counter(names::CAPPED, [destination(chain_id), ("cap", cap.to_owned())])
    }

    fn reorged(&self, chain_id: u64, side: &'static str) -> Counter {
        self.register().counter(names::REORGED, [chain(chain_id), ("side", side.to_owned())])
    }

    fn resends(&self, chain_id: u64, outcome: &'static str) -> Counter {
        self.register().counter(names::RESENDS, [chain(chain_id), ("outcome", outcome.to_owned())])
    }

    fn top_ups(&self, chain_id: u64, outcome: &'static str) -> Counter {
        self.register().counter(names::TOP_UPS, [chain(chain_id), ("outcome", outcome.to_owned())])
    }

    fn faults(&self, chain_id: u64) -> Counter {
        self.register().counter(names::NODE_FAULTS, [chain(chain_id)])
    }

    fn gaps(&self, chain_id: u64) -> Counter {
        self.register().counter(names::NONCE_GAPS, [chain(chain_id)])
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

fn chain(chain_id: u64) -> (&'static str, String) {
    ("chain_id", chain_id.to_string())
}

fn destination(chain_id: u64) -> (&'static str, String) {
    ("destination", chain_id.to_string())
}
