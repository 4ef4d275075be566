use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::PrometheusRecorder;

/// What metrics are registered with. The exporter looks at none of it.
pub const METADATA: Metadata<'_> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

/// Registers metrics at a recorder that is not installed: several of these live side by side in one process.
pub struct Register<'a>(pub &'a PrometheusRecorder);

impl Register<'_> {
    /// Says what a counter counts, for all of its labels.
    pub fn counter_help(&self, name: &'static str, help: &'static str) {
        self.0.describe_counter(name.into(), None, help.into());
    }

    /// Says what a gauge shows, for all of its labels.
    pub fn gauge_help(&self, name: &'static str, help: &'static str) {
        self.0.describe_gauge(name.into(), None, help.into());
    }

    /// Says what a histogram of seconds measures, for all of its labels. Its buckets are the recorder's builder's to set.
    pub fn seconds_help(&self, name: &'static str, help: &'static str) {
        self.0.describe_histogram(name.into(), Some(Unit::Seconds), help.into());
    }

    /// A counter with these labels.
    pub fn counter<const N: usize>(
        &self,
        name: &'static str,
        labels: [(&'static str, String); N],
    ) -> Counter {
        self.0.register_counter(&key(name, labels), &METADATA)
    }

    /// A gauge with these labels.
    pub fn gauge<const N: usize>(&self, name: &'static str, labels: [(&'static str, String); N]) -> Gauge {
        self.0.register_gauge(&key(name, labels), &METADATA)
    }

    /// A histogram with these labels.
    pub fn histogram<const N: usize>(
        &self,
        name: &'static str,
        labels: [(&'static str, String); N],
    ) -> Histogram {
        self.0.register_histogram(&key(name, labels), &METADATA)
    }

    /// A counter without labels.
    pub fn single_counter(&self, name: &'static str, help: &'static str) -> Counter {
        self.counter_help(name, help);
        self.counter(name, [])
    }

    /// A gauge without labels.
    pub fn single_gauge(&self, name: &'static str, help: &'static str) -> Gauge {
        self.gauge_help(name, help);
        self.gauge(name, [])
    }
}

impl std::fmt::Debug for Register<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register").finish_non_exhaustive()
    }
}

fn key<const N: usize>(name: &'static str, labels: [(&'static str, String); N]) -> Key {
    Key::from_parts(name, labels.map(|(name, value)| Label::new(name, value)).to_vec())
}
