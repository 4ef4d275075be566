//! When the next block of a chain comes at the earliest, where blocks come at intervals.
//!
//! anvil lets two blocks have one timestamp, so the newest block's says little about the next one's. But its timer goes off no
//! sooner than an interval after it was due the last time, and once for each block: who knows when it was set, and counts the
//! blocks since, knows when the next one comes at the earliest. A machine that is busy makes the blocks later than that.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Notify;

/// How far off the turn of a second blocks of every second come.
const MARGIN: Duration = Duration::from_millis(100);
/// How much later than the turn the earliest moment of the next block has to lie, to be of use for some time.
const SLACK: Duration = Duration::from_millis(50);
/// After how many intervals it no longer matters when the timer went off.
const FORGOTTEN: u32 = 8;

/// The pace of one chain.
#[derive(Debug, Default)]
pub(super) struct Pace {
    state: Mutex<State>,
    /// Somebody has set, or may have set, how blocks come.
    pub(super) news: Notify,
}

#[derive(Debug, Default)]
struct State {
    step: Option<Step>,
    /// When the timer went off, as far as it was seen, and its interval.
    beat: Option<(Instant, Duration)>,
    /// How many calls are under way that make blocks out of turn, or move time.
    disturbances: usize,
    /// How many have begun.
    changes: u64,
    /// No earlier than this the next block has to be: something was let in that is executed then. Zero if nothing was.
    promised: u64,
}

/// What is known of the timer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// After this block,
    pub(super) block: u64,
    /// the next one does not come earlier.
    pub(super) next: Instant,
    pub(super) interval: Duration,
}

impl Step {
    /// When the block after this one comes at the earliest.
    fn after(self, block: u64) -> Option<Instant> {
        let blocks = u32::try_from(block.checked_sub(self.block)?).ok()?;
        self.next.checked_add(self.interval.checked_mul(blocks)?)
    }
}

/// This moment on both clocks of the machine, and on the chain's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// Since the epoch. It is read first, so that what follows is rather too early than too late.
    unix: Duration,
    instant: Instant,
    /// By how many seconds the chain's clock is ahead.
    offset: i64,
}

impl Now {
    pub(super) fn with(offset: i64) -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { unix, instant: Instant::now(), offset }
    }

    /// The timestamp that a block has which is made at a later instant.
    fn timestamp_at(&self, instant: Instant) -> u64 {
        let unix = self.unix + instant.saturating_duration_since(self.instant);
        unix.as_secs().saturating_add_signed(self.offset)
    }

    /// How much of the second is left.
    pub(super) fn until_turn(&self) -> Duration {
        Duration::from_secs(1).saturating_sub(Duration::from_nanos(self.unix.subsec_nanos().into()))
    }

    /// How long blocks of every second have to wait to begin.
    pub(super) const fn until_off_the_turn(&self) -> Duration {
        until_off_the_turn(self.unix.subsec_millis())
    }
}

/// How long blocks of every second have to wait to begin, at so many milliseconds of one.
///
/// A message is executed in a later second than its own. Where blocks come right after the turn of a second, a delivery that
/// waits for that would miss the next one; where they come right before, two may fall into one second.
const fn until_off_the_turn(part: u32) -> Duration {
    #[expect(clippy::cast_possible_truncation, reason = "it is a hundred")]
    const MARGIN: u32 = self::MARGIN.as_millis() as u32;
    let wait = match part {
        0..MARGIN => MARGIN - part,
        part if part > 1000 - MARGIN => 1000 + MARGIN - part,
        _ => 0,
    };
    Duration::from_millis(wait as u64)
}

impl Pace {
    /// What [`promise`](Self::promise) wants to know to be the same still.
    pub(super) fn changes(&self) -> u64 {
        self.state().changes
    }

    /// Lets something be sent to the node that may be executed from a second on, if no earlier block can come any more after the
    /// one that was the newest; otherwise tells when one may, as far as that is known.
    ///
    /// `changes` is from before the newest block was asked for.
    pub(super) fn promise(
        &self,
        changes: u64,
        newest: u64,
        now: Now,
        second: u64,
    ) -> Result<(), Option<Instant>> {
        let mut state = self.state();
        if state.changes != changes || state.disturbances > 0 {
            return Err(None);
        }
        let next = state.step.and_then(|step| step.after(newest)).ok_or(None)?;
        if now.timestamp_at(next) < second {
            return Err(Some(next));
        }
        state.promised = state.promised.max(second);
        Ok(())
    }

    /// Notes that something comes which makes blocks out of turn or moves time. It has to wait until the second that is told.
    pub(super) fn disturb(&self) -> (Disturbance<'_>, u64) {
        let mut state = self.state();
        state.disturbances += 1;
        state.changes += 1;
        state.step = None;
        (Disturbance(self), state.promised)
    }

    /// Notes that the clock has reached a second that was promised.
    pub(super) fn keep(&self, second: u64) {
        let mut state = self.state();
        if state.promised <= second {
            state.promised = 0;
        }
    }

    /// Takes in when the timer was set, unless something has come in between.
    pub(super) fn know(&self, changes: u64, step: Step) {
        let mut state = self.state();
        if state.changes == changes && state.disturbances == 0 {
            state.step = Some(step);
            state.beat = step.next.checked_sub(step.interval).map(|set| (set, step.interval));
        }
    }

    /// Forgets how the timer goes: it is another one.
    pub(super) fn forget(&self) {
        self.state().beat = None;
        self.news.notify_one();
    }

    /// Whether it is time to set the timer anew, now that this block has come: it is not known when the next one comes, or not
    /// well enough, or two of them may soon fall into one second.
    pub(super) fn is_to_be_set(&self, block: u64, now: Now) -> bool {
        let mut state = self.state();
        if state.disturbances > 0 {
            return false;
        }
        let Some(step) = state.step else {
            // To set it at another time than its own would hold back the next block.
            return state.beat.is_none_or(|(beat, interval)| {
                let since = now.instant.saturating_duration_since(beat);
                let part = Duration::from_nanos_u128(since.as_nanos() % interval.as_nanos().max(1));
                since > interval * FORGOTTEN || part < interval / 4 || part > interval * 3 / 4
            });
        };
        // One that was made before it was set.
        let Some(next) = step.after(block) else { return false };
        state.beat = Some((now.instant, step.interval));
        drop(state);
        let ends = now.until_turn() < MARGIN && step.interval == Duration::from_secs(1);
        let known = next
            .checked_sub(SLACK)
            .is_some_and(|next| now.timestamp_at(next) > now.timestamp_at(now.instant));
        ends || !known
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that makes blocks out of turn or moves time, for as long as it is under way.
#[derive(Debug)]
pub(super) struct Disturbance<'a>(&'a Pace);

impl Drop for Disturbance<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.disturbances -= 1;
        state.step = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NOON: u64 = 1_000_000;

    /// So many milliseconds after noon.
    fn at(start: Instant, millis: u64, offset: i64) -> Now {
        let since = Duration::from_millis(millis);
        Now { unix: Duration::from_secs(NOON) + since, instant: start + since, offset }
    }

    /// A timer that was set so many milliseconds after noon, when block 7 was the newest.
    fn pace(start: Instant, millis: u64, seconds: u32) -> Pace {
        let (pace, interval) = (Pace::default(), SECOND * seconds);
        let next = start + Duration::from_millis(millis) + interval;
        pace.know(0, Step { block: 7, next, interval });
        pace
    }

    #[test]
    fn blocks_begin_off_the_turn_of_a_second() {
        for (part, begins) in
            [(0, 100), (99, 100), (100, 100), (500, 500), (900, 900), (901, 1100), (999, 1100)]
        {
            let wait = until_off_the_turn(part);
            assert_eq!(wait, Duration::from_millis(u64::from(begins - part)), "{part}");
        }
    }

    #[test]
    fn what_no_earlier_block_can_take_is_let_in() {
        let start = Instant::now();
        for (seconds, newest, millis, offset, second, let_in) in [
            // Block 8 is of second 1, whether it is there or not; block 9 of the second 2.
            (1, 7, 900, 0, 1, true),
            (1, 7, 1150, 0, 2, false),
            (1, 8, 1210, 0, 2, true),
            (1, 8, 1210, 0, 3, false),
            (1, 8, 1210, 50, 52, true),
            (1, 8, 1210, 50, 53, false),
            (2, 7, 300, 0, 2, true),
            (2, 7, 300, 0, 3, false),
            (2, 8, 2210, 0, 3, true),
            // A block from before the timer was set.
            (1, 6, 300, 0, 1, false),
        ] {
            let now = at(start, millis, offset);
            let promise = pace(start, 200, seconds).promise(0, newest, now, NOON + second);
            assert_eq!(promise.is_ok(), let_in, "{seconds} s, {newest} at {millis}: {second}");
        }
        assert_eq!(Pace::default().promise(0, 7, at(start, 0, 0), NOON + 1), Err(None));
    }

    #[test]
    fn late_blocks_say_nothing_too_much() {
        // The timer was due at 1.2 and 2.2, and went off at 1.9 and 2.9. Then it may go off at 3.2, for all that is known.
        let start = Instant::now();
        let pace = pace(start, 200, 1);
        assert!(pace.promise(0, 9, at(start, 2950, 0), NOON + 3).is_ok());
        assert_eq!(
            pace.promise(0, 9, at(start, 2950, 0), NOON + 4),
            Err(Some(start + Duration::from_millis(3200)))
        );
    }

    #[test]
    fn what_makes_blocks_out_of_turn_waits_for_what_was_promised_and_nothing_is_known_after_it() {
        let start = Instant::now();
        let pace = pace(start, 200, 1);
        assert_eq!(pace.disturb().1, 0);
        assert_eq!(pace.promise(1, 7, at(start, 300, 0), NOON + 1), Err(None));
        let step = Step { block: 7, next: start + SECOND * 2, interval: SECOND };
        pace.know(0, step);
        assert_eq!(pace.promise(1, 7, at(start, 300, 0), NOON + 1), Err(None), "it is from before");
        pace.know(1, step);
        pace.promise(1, 7, at(start, 300, 0), NOON + 1).unwrap();

        let (disturbance, promised) = pace.disturb();
        assert_eq!(promised, NOON + 1);
        pace.know(2, step);
        assert_eq!(pace.promise(2, 7, at(start, 300, 0), NOON + 1), Err(None), "it is under way");
        pace.keep(NOON);
        assert_eq!(pace.disturb().1, NOON + 1);
        pace.keep(NOON + 1);
        assert_eq!(pace.disturb().1, 0);
        drop(disturbance);
    }

    #[test]
    fn the_timer_is_set_anew_in_time() {
        let start = Instant::now();
        let is_to_be_set = |pace: &Pace, block, millis| pace.is_to_be_set(block, at(start, millis, 0));
        let known = || pace(start, 200, 1);
        assert!(!is_to_be_set(&known(), 8, 1205));
        assert!(!is_to_be_set(&known(), 8, 1800), "late, and still known to be of the next second");
        assert!(is_to_be_set(&known(), 8, 1950), "the next one may be of this second");
        assert!(is_to_be_set(&known(), 8, 2300), "one that is of the second may come");
        assert!(is_to_be_set(&pace(start, 20, 1), 8, 1100), "it will not be known for long");
        assert!(!is_to_be_set(&pace(start, 20, 2), 8, 2950));
        assert!(!is_to_be_set(&known(), 6, 1205));
        assert!(is_to_be_set(&Pace::default(), 8, 0));

        // Blocks out of turn are none of the timer's.
        let pace = known();
        assert!(!is_to_be_set(&pace, 8, 1205));
        drop(pace.disturb());
        assert!(!is_to_be_set(&pace, 9, 1700));
        assert!(is_to_be_set(&pace, 10, 2210));
        assert!(is_to_be_set(&pace, 10, 20_700));
        pace.forget();
        assert!(is_to_be_set(&pace, 10, 1700));
    }
}
