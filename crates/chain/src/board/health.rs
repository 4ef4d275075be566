use crate::PoolOptions;
use std::time::Duration;
use tokio::time::Instant;

/// After so long without a fault the next one counts as the first.
const MEMORY: Duration = Duration::from_secs(60);
/// After so many reads in a row that another node answered first, though it was asked later, a node is too slow.
const MAX_LOST_RACES: u32 = 3;

/// What is known of one node of a pool.
#[derive(Clone, Debug, Default)]
pub(super) struct Health {
    pub(super) chain: ChainCheck,
    strikes: u32,
    failed: Option<Instant>,
    /// Until when it is passed over, and why.
    pub(super) passed_over: Option<(Instant, String)>,
    pub(super) head: Option<Head>,
    lost_races: u32,
}

/// Whether it serves the right chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ChainCheck {
    /// It was not asked since it was last lost.
    #[default]
    Unknown,
    Right,
    Wrong,
}

/// A head that a node told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) heard: Instant,
    /// How far it was below the highest that was known when it was asked for.
    lag: u64,
    /// Since when it is below that and stays where it is.
    below_since: Option<Instant>,
}

impl Health {
    /// The node failed: it is passed over for a while that grows with each time, and at least for as long as it asks for.
    /// Tells whether that is news.
    pub(super) fn fail(
        &mut self,
        now: Instant,
        reason: &str,
        at_least: Option<Duration>,
        options: &PoolOptions,
    ) -> bool {
        let is_news = self.passed_over.is_none();
        // What was under way together fails together: that is one fault.
        if let Some((until, _)) = &mut self.passed_over
            && now < *until
        {
            *until = (*until).max(now + at_least.unwrap_or_default().min(options.max_pause));
            return false;
        }
        if self.failed.is_none_or(|failed| failed + MEMORY < now) {
            self.strikes = 0;
        }
        self.failed = Some(now);
        let doubled = options.first_pause.saturating_mul(1_u32.checked_shl(self.strikes).unwrap_or(u32::MAX));
        self.strikes = self.strikes.saturating_add(1);
        let pause = doubled.min(options.max_pause).max(at_least.unwrap_or_default());
        self.passed_over = Some((now + pause, reason.to_owned()));
        self.lost_races = 0;
        is_news
    }

    /// The node answered. Tells whether it had been passed over.
    pub(super) fn answer(&mut self) -> bool {
        self.lost_races = 0;
        self.passed_over.take().is_some()
    }

    /// The node serves another chain, and nothing that it said counts.
    pub(super) fn is_stranger(&mut self, now: Instant, reason: &str, options: &PoolOptions) -> bool {
        let is_news = self.chain != ChainCheck::Wrong;
        (self.chain, self.head) = (ChainCheck::Wrong, None);
        self.passed_over = Some((now + options.max_pause, reason.to_owned()));
        is_news
    }

    /// Another node answered first though it was asked later; tells whether that was too often.
    pub(super) const fn lose_race(&mut self) -> bool {
        self.lost_races += 1;
        self.lost_races >= MAX_LOST_RACES
    }

    /// The node told its head. The highest one when it was asked is what it is measured by: what others told meanwhile it
    /// may have, too.
    pub(super) fn tell(&mut self, now: Instant, number: u64, best: Option<u64>) {
        let lag = best.unwrap_or_default().saturating_sub(number);
        let before = self.head.filter(|head| head.number == number).and_then(|head| head.below_since);
        let below_since = (lag > 0).then(|| before.unwrap_or(now));
        self.head = Some(Head { number, heard: now, lag, below_since });
    }

    /// The head, as far as others are measured by it: that of a node that is lost counts for a while.
    pub(super) fn counts(&self, now: Instant, options: &PoolOptions) -> Option<u64> {
        let head = self.head.filter(|_| self.chain != ChainCheck::Wrong)?;
        let is_there = self.passed_over.is_none() || now < head.heard + options.stall_after;
        is_there.then_some(head.number)
    }

    /// Whether it must not be asked for what is newest.
    pub(super) fn is_behind(&self, options: &PoolOptions) -> bool {
        let Some(head) = self.head else { return false };
        let stands_still = head.below_since.is_some_and(|since| since + options.stall_after <= head.heard);
        head.lag > options.max_lag || stands_still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> PoolOptions {
        PoolOptions::default()
    }

    #[test]
    fn the_distance_grows_and_is_forgotten() {
        let (mut health, mut now, options) = (Health::default(), Instant::now(), options());
        for expected in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            assert!(health.fail(now, "gone", None, &options));
            let (until, _) = health.passed_over.clone().unwrap();
            assert_eq!(until - now, Duration::from_millis(expected));
            // What fails meanwhile is the same fault.
            assert!(!health.fail(now, "gone", None, &options));
            assert_eq!(health.passed_over.clone().unwrap().0, until);
            now = until;
            assert!(health.answer() && !health.answer());
        }
        now += MEMORY + Duration::from_millis(1);
        health.fail(now, "gone", None, &options);
        assert_eq!(health.passed_over.unwrap().0 - now, Duration::from_millis(500));
    }

    #[test]
    fn what_the_node_asks_for_counts() {
        let (mut health, now, options) = (Health::default(), Instant::now(), options());
        health.fail(now, "429", Some(Duration::from_secs(7)), &options);
        assert_eq!(health.passed_over.unwrap().0 - now, Duration::from_secs(7));
    }

    #[test]
    fn a_head_that_lags_or_stands_still_is_behind() {
        let (mut health, start, options) = (Health::default(), Instant::now(), options());
        let later = start + options.stall_after;
        assert!(!health.is_behind(&options), "nothing is known of it");
        health.tell(start, 97, Some(100));
        assert!(!health.is_behind(&options), "a few blocks are nothing");
        health.tell(start, 97, Some(101));
        assert!(health.is_behind(&options));
        health.tell(later, 97, Some(100));
        assert!(health.is_behind(&options), "it stands still");
        // It moves, and stays as far behind.
        health.tell(later, 98, Some(101));
        assert!(!health.is_behind(&options));
        health.tell(later + options.stall_after, 98, Some(98));
        assert!(!health.is_behind(&options), "no chain has to move");
        health.tell(later + options.stall_after, 98, None);
        assert!(!health.is_behind(&options));
    }

    #[test]
    fn the_head_of_a_lost_node_counts_for_a_while() {
        let (mut health, now, options) = (Health::default(), Instant::now(), options());
        health.tell(now, 5, None);
        health.fail(now, "gone", None, &options);
        assert_eq!(health.counts(now, &options), Some(5));
        assert_eq!(health.counts(now + options.stall_after, &options), None);
        health.answer();
        assert_eq!(health.counts(now + options.stall_after, &options), Some(5));
        health.is_stranger(now, "chain 10", &options);
        assert_eq!(health.counts(now, &options), None);
    }
}
