use crate::Register;
use metrics_exporter_prometheus::PrometheusRecorder;
use metrics_process::Collector;
use std::fmt;

/// Which program it is, for `causeway_build_info`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildInfo {
    /// The version.
    pub version: String,
    /// The commit that it was made of, or `unknown`.
    pub commit: String,
}

impl Default for BuildInfo {
    /// The version of this library, and no commit.
    fn default() -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), commit: "unknown".to_owned() }
    }
}

/// What monitors want to know of any process: memory, time of the processor, open files, when it began.
pub struct ProcessMetrics(Collector);

impl ProcessMetrics {
    /// Registers them, and `causeway_build_info` beside.
    pub fn new(register: &Register<'_>, build: &BuildInfo) -> Self {
        let name = "causeway_build_info";
        register.gauge_help(name, "1, with the version and the commit of the program.");
        let labels = [("version", build.version.clone()), ("commit", build.commit.clone())];
        register.gauge(name, labels).set(1.0);
        let collector = Collector::default();
        // By the names that every Prometheus client uses.
        metrics::with_local_recorder(register.0, || collector.describe());
        Self(collector)
    }

    /// Looks how it stands now.
    pub fn collect(&self, recorder: &PrometheusRecorder) {
        metrics::with_local_recorder(recorder, || self.0.collect());
    }
}

impl fmt::Debug for ProcessMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessMetrics").finish_non_exhaustive()
    }
}
