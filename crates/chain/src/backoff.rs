use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

/// Exponential backoff with jitter and a ceiling.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    ceiling: Duration,
    attempt: u32,
}

impl Backoff {
    pub(crate) const fn new(first: Duration, ceiling: Duration) -> Self {
        Self { first, ceiling, attempt: 0 }
    }

    /// The time to wait before the next attempt: between half and the whole of the current step.
    pub(crate) fn next(&mut self) -> Duration {
        let step =
            self.first.saturating_mul(1_u32.checked_shl(self.attempt).unwrap_or(u32::MAX)).min(self.ceiling);
        self.attempt = self.attempt.saturating_add(1);
        step / 2 + step.mul_f64(jitter() / 2.0)
    }

    pub(crate) const fn reset(&mut self) {
        self.attempt = 0;
    }
}

/// A number in `0.0..1.0` that differs between callers. The standard library seeds `RandomState` from the
/// operating system, which spreads clients that lost the same node well enough.
fn jitter() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_its_ceiling() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        for expected in [100, 200, 400, 800, 1600, 2000, 2000] {
            let wait = backoff.next();
            assert!(wait >= Duration::from_millis(expected / 2), "{wait:?} for {expected}");
            assert!(wait <= Duration::from_millis(expected), "{wait:?} for {expected}");
        }
        for _ in 0..100 {
            assert!(backoff.next() <= Duration::from_secs(2));
        }
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(100));
    }
}
