//! How fast a node may be asked, as its owner or its price list says.

use governor::{
    DefaultDirectRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    sync::{Mutex, Notify},
    time::sleep,
};

/// The most requests that a node gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// Requests a second, each call of a batch counted.
    pub per_second: NonZeroU32,
    /// How many may go at once after a quiet time.
    pub burst: NonZeroU32,
}

impl RateLimit {
    /// So many a second, and at most as many as that at once.
    pub const fn per_second(per_second: NonZeroU32) -> Self {
        Self { per_second, burst: per_second }
    }
}

/// Keeps a [`RateLimit`]: whoever comes too early waits. Transactions go before everything else that waits.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: RateLimit,
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
    /// Who is not urgent stands in line here, so that each comes to his turn.
    line: Mutex<()>,
    urgent: AtomicUsize,
    urgent_went: Notify,
}

/// An urgent request that waits; nobody else goes as long as there is one.
struct Urgent<'a>(&'a Budget);

impl<'a> Urgent<'a> {
    fn new(budget: &'a Budget) -> Self {
        budget.urgent.fetch_add(1, Ordering::SeqCst);
        Self(budget)
    }
}

impl Drop for Urgent<'_> {
    fn drop(&mut self) {
        self.0.urgent.fetch_sub(1, Ordering::SeqCst);
        self.0.urgent_went.notify_waiters();
    }
}

impl Budget {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let quota = Quota::per_second(limit.per_second).allow_burst(limit.burst);
        Self {
            limit,
            limiter: DefaultDirectRateLimiter::direct(quota),
            clock: DefaultClock::default(),
            line: Mutex::default(),
            urgent: AtomicUsize::new(0),
            urgent_went: Notify::new(),
        }
    }

    /// Waits until so many calls may go.
    pub(crate) async fn take(&self, calls: usize, is_urgent: bool) {
        if is_urgent {
            let _urgent = Urgent::new(self);
            return self.take_in_pieces(calls, false).await;
        }
        let _line = self.line.lock().await;
        self.take_in_pieces(calls, true).await;
    }

    /// A batch larger than what may go at once has to wait for all of it.
    async fn take_in_pieces(&self, calls: usize, gives_way: bool) {
        let mut left = u32::try_from(calls).unwrap_or(u32::MAX);
        while let Some(piece) = NonZeroU32::new(left.min(self.limit.burst.get())) {
            while gives_way && self.is_urgent_waiting() {
                let went = self.urgent_went.notified();
                if self.is_urgent_waiting() {
                    went.await;
                }
            }
            match self.limiter.check_n(piece) {
                // More than the burst is never asked for.
                Ok(Ok(())) | Err(_) => left -= piece.get(),
                Ok(Err(until)) => {
                    let wait = until.wait_time_from(self.clock.now());
                    sleep(wait.max(Duration::from_millis(1))).await;
                }
            }
        }
    }

    fn is_urgent_waiting(&self) -> bool {
        self.urgent.load(Ordering::SeqCst) > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::{Arc, Mutex as StdMutex},
        time::Instant,
    };

    fn limit(per_second: u32, burst: u32) -> RateLimit {
        let positive = |number| NonZeroU32::new(number).unwrap();
        RateLimit { per_second: positive(per_second), burst: positive(burst) }
    }

    #[tokio::test]
    async fn who_comes_too_early_waits() {
        let (budget, start) = (Budget::new(limit(100, 5)), Instant::now());
        for _ in 0..25 {
            budget.take(1, false).await;
        }
        // Five at once, and 20 at 100 a second.
        assert!(start.elapsed() >= Duration::from_millis(190), "{:?}", start.elapsed());
        let start = Instant::now();
        budget.take(25, false).await;
        assert!(start.elapsed() >= Duration::from_millis(190), "a batch counts by its calls");
    }

    #[tokio::test]
    async fn a_transaction_goes_before_what_waits() {
        let budget = Arc::new(Budget::new(limit(100, 1)));
        budget.take(1, false).await;
        let order = Arc::new(StdMutex::new(Vec::new()));
        let take = |is_urgent: bool| {
            let (budget, order) = (Arc::clone(&budget), Arc::clone(&order));
            async move {
                budget.take(1, is_urgent).await;
                order.lock().unwrap().push(is_urgent);
            }
        };
        // Polled in this order: all wait before the first may go.
        let all = [false, false, false, false, true, true, true, true];
        futures::future::join_all(all.map(take)).await;
        let order = order.lock().unwrap();
        assert_eq!(*order, [true, true, true, true, false, false, false, false]);
    }
}
