use std::time::Duration;

/// What the lane, which has no clock, has asked to be woken for.
///
/// There is one wait, which grows while nothing goes well, and short ones beside it; one tick at a time is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    /// How many of the growing waits came since something went well.
    waits: u32,
    /// What is left of the present one.
    left: Option<Duration>,
    /// After what time the next tick was asked for.
    armed: Option<Duration>,
}

impl Clock {
    /// Something went well: the next wait is a short one again.
    pub(crate) const fn reset(&mut self) {
        self.waits = 0;
    }

    #[cfg(test)]
    pub(crate) const fn is_armed(&self) -> bool {
        self.armed.is_some()
    }

    /// A tick came. Returns whether the growing wait is over.
    pub(crate) fn tick(&mut self) -> bool {
        let passed = self.armed.take().unwrap_or(Duration::MAX);
        match self.left.map(|left| left.saturating_sub(passed)) {
            Some(left) if !left.is_zero() => {
                self.left = Some(left);
                false
            }
            _ => {
                self.left = None;
                true
            }
        }
    }

    /// Returns after what time a tick is to be asked for, if none is that comes in time: for the growing wait, whose length
    /// `wait` tells when that many came before, or for a short one.
    pub(crate) fn arm(
        &mut self,
        is_waiting: bool,
        wait: impl Fn(u32) -> Duration,
        short: Option<Duration>,
    ) -> Option<Duration> {
        if is_waiting && self.left.is_none() {
            self.left = Some(wait(self.waits));
            self.waits = self.waits.saturating_add(1);
        }
        let long = self.left.filter(|_| is_waiting);
        let after = long.into_iter().chain(short).min()?;
        if self.armed.is_some_and(|armed| armed <= after) {
            return None;
        }
        self.armed = Some(after);
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    fn wait(waits: u32) -> Duration {
        SHORT * 2u32.pow(waits)
    }

    #[test]
    fn waits_grow_until_something_goes_well() {
        let mut clock = Clock::default();
        for waits in 0..3 {
            assert_eq!(clock.arm(true, wait, None), Some(wait(waits)));
            assert_eq!(clock.arm(true, wait, None), None, "one tick at a time");
            assert!(clock.tick());
        }
        clock.reset();
        assert_eq!(clock.arm(true, wait, None), Some(SHORT));
    }

    #[test]
    fn short_waits_do_not_cut_the_growing_one_short() {
        let mut clock = Clock { waits: 2, ..Clock::default() };
        assert_eq!(clock.arm(true, wait, None), Some(SHORT * 4));
        assert_eq!(clock.arm(true, wait, Some(SHORT)), Some(SHORT), "instead of the other");
        assert!(!clock.tick());
        assert_eq!(clock.arm(true, wait, None), Some(SHORT * 3));
        assert!(clock.tick());
        assert!(clock.tick(), "what was not asked for is over at once");
    }
}
