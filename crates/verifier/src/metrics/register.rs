use alloy_primitives::U256;
use metrics::{Counter, Gauge, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusRecorder;

pub(super) const METADATA: Metadata<'_> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

pub(super) fn chain(chain_id: U256) -> (&'static str, String) {
    ("chain_id", chain_id.to_string())
}

/// Registers metrics at a recorder that is not installed.
pub(super) struct Register<'a>(pub(super) &'a PrometheusRecorder);

impl Register<'_> {
    pub(super) fn counter_help(&self, name: &'static str, help: &'static str) {
        self.0.describe_counter(name.into(), None, help.into());
    }

    pub(super) fn gauge_help(&self, name: &'static str, help: &'static str) {
        self.0.describe_gauge(name.into(), None, help.into());
    }

    pub(super) fn counter<const N: usize>(
        &self,
        name: &'static str,
        labels: [(&'static str, String); N],
    ) -> Counter {
        self.0.register_counter(&key(name, labels), &METADATA)
    }

    pub(super) fn gauge<const N: usize>(
        &self,
        name: &'static str,
        labels: [(&'static str, String); N],
    ) -> Gauge {
        self.0.register_gauge(&key(name, labels), &METADATA)
    }

    pub(super) fn single_counter(&self, name: &'static str, help: &'static str) -> Counter {
        self.counter_help(name, help);
        self.counter(name, [])
    }

    pub(super) fn single_gauge(&self, name: &'static str, help: &'static str) -> Gauge {
        self.gauge_help(name, help);
        self.gauge(name, [])
    }
}

fn key<const N: usize>(name: &'static str, labels: [(&'static str, String); N]) -> Key {
    Key::from_parts(name, labels.map(|(name, value)| Label::new(name, value)).to_vec())
}
