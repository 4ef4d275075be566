//! Until when a relayer may send.

use std::sync::{Mutex, PoisonError};

use tokio::time::{Instant, sleep_until};

/// Until when this relayer, and nobody else, may send: as long as it has its leases, as far as it knows.
///
/// By the clock of this machine, which goes on while the process is stopped.
#[derive(Debug)]
pub(crate) struct Tenure(Mutex<End>);

#[derive(Clone, Copy, Debug)]
enum End {
    /// Nobody else can have the store.
    Never,
    At(Instant),
    Past,
}

impl Tenure {
    /// Of a store that a relayer has for itself.
    pub(crate) const fn of_one() -> Self {
        Self(Mutex::new(End::Never))
    }

    /// Of one of several relayers, which has no leases yet.
    pub(crate) const fn of_several() -> Self {
        Self(Mutex::new(End::Past))
    }

    /// It lasts until then.
    pub(crate) fn last_until(&self, end: Instant) {
        self.set(End::At(end));
    }

    /// It is over.
    pub(crate) fn end(&self) {
        self.set(End::Past);
    }

    fn set(&self, end: End) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }

    /// Whether it is over.
    pub(crate) fn is_over(&self) -> bool {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            End::Never => false,
            End::Past => true,
            End::At(end) => end <= Instant::now(),
        }
    }

    /// Returns when it is over, at once if it is.
    pub(crate) async fn over(&self) {
        loop {
            let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match end {
                End::Never => return std::future::pending().await,
                End::Past => return,
                End::At(end) if end <= Instant::now() => return,
                End::At(end) => sleep_until(end).await,
            }
        }
    }
}
