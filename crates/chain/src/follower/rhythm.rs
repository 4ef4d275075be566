use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// So many blocks are looked back on.
const MEMORY: usize = 5;
/// So many times the usual interval may pass before the absence of a block means something.
const MISSED: u32 = 3;
/// And never longer: where blocks come on demand, there is no usual interval.
const LONGEST: Duration = Duration::from_secs(10);

/// How often blocks come.
#[derive(Debug, Default)]
pub(super) struct Rhythm(VecDeque<Instant>);

impl Rhythm {
    /// A block came.
    pub(super) fn beat(&mut self, now: Instant) {
        if self.0.len() == MEMORY {
            self.0.pop_front();
        }
        self.0.push_back(now);
    }

    /// How long to wait for the next block of a node that lags. Nothing, as long as no rhythm is known.
    pub(super) fn patience(&self) -> Duration {
        let (Some(first), Some(last)) = (self.0.front(), self.0.back()) else { return Duration::ZERO };
        let intervals = u32::try_from(self.0.len() - 1).unwrap_or_default();
        let interval = last.duration_since(*first).checked_div(intervals).unwrap_or_default();
        interval.saturating_mul(MISSED).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_follows_the_blocks() {
        let (start, mut rhythm) = (Instant::now(), Rhythm::default());
        assert_eq!(rhythm.patience(), Duration::ZERO);
        for second in [0, 2, 4, 6] {
            rhythm.beat(start + Duration::from_secs(second));
        }
        assert_eq!(rhythm.patience(), Duration::from_secs(6));
        rhythm.beat(start + Duration::from_secs(100));
        assert_eq!(rhythm.patience(), LONGEST);
        (0..5).for_each(|n| rhythm.beat(start + Duration::from_millis(200_000 + n)));
        assert_eq!(rhythm.patience(), Duration::from_millis(3));
    }
}
