//! Debug builds only: ends the process at a named point, so that tests see what the next one makes of what it left. The
//! libraries name points as events at level `trace` (`target: "causeway::point"`), and know nothing of this.

use crate::environment;
use std::{
    fmt::Debug,
    sync::atomic::{AtomicU64, Ordering},
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, filter::filter_fn, layer::Context, registry::LookupSpan};

/// The target of the events that name points.
const TARGET: &str = "causeway::point";

/// Aborts at the so manieth time that a point is passed.
struct Crash {
    point: String,
    left: AtomicU64,
}

/// What `CAUSEWAY_CRASH_AT` wants, e.g. `written:3`.
pub(crate) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>() -> Option<impl Layer<S>> {
    let at = environment::read(environment::CRASH_AT)?.into_string().ok()?;
    let (point, times) = at.split_once(':')?;
    let crash = Crash { point: point.to_owned(), left: AtomicU64::new(times.parse().ok()?) };
    Some(crash.with_filter(filter_fn(|metadata| metadata.target() == TARGET)))
}

impl<S: Subscriber> Layer<S> for Crash {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut here = Here { point: &self.point, is_here: false };
        event.record(&mut here);
        if here.is_here && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::process::abort();
        }
    }
}

/// Looks for a point among an event's fields.
struct Here<'a> {
    point: &'a str,
    is_here: bool,
}

impl Visit for Here<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.is_here |= field.name() == "point" && value == self.point;
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
