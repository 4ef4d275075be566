//! How fast a node may be asked, learned from its refusals.

use crate::budget::{Budget, RateLimit};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// The wait after the first of several refusals in a row, in seconds, when the node names none; it doubles each time.
const FIRST_PAUSE: f64 = 0.5;
/// What waits should go out at once when the node answers again, which nobody tells. In seconds.
const LONGEST_PAUSE: f64 = 2.0;
/// The longest wait that a node is granted at once. It is asked again then: quotas of a day are raised by hand.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);
/// What nodes count their calls by.
const SECOND: Duration = Duration::from_secs(1);
/// No slower than this, in calls a second.
const SLOWEST: f64 = 1.0;
/// From here on nobody counts.
const FASTEST: f64 = 200.0;
/// After so many seconds without a refusal the rate of the last one says nothing any more.
const MEMORY: f64 = 30.0;

/// The pace of all requests to one node. While the node refuses none, they go out at once.
///
/// After a refusal nothing is sent for a while, then so many calls a second as the node answered before, and slowly more.
/// A node that refuses a single call though it got at most one other within a second refuses everything or this call, and
/// not the pace: from its next answer on the pace is free again.
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
    /// Who waits stands in line here, so that each sees what came of those before.
    line: tokio::sync::Mutex<()>,
    /// What is allowed from the outset.
    budget: Option<Budget>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::counting_by(SECOND)
    }
}

/// A request that was let through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    at: Instant,
    calls: usize,
    /// It is one call, and at most one went out in the second before.
    is_alone: bool,
}

#[derive(Debug)]
struct State {
    /// What is called a second here: tests have shorter ones.
    second: Duration,
    /// Calls a second; `None` for any number.
    rate: Option<f64>,
    /// When the next request may go.
    next: Option<Instant>,
    /// The last refusal, and the rate at which it came.
    refused: Option<(Instant, f64)>,
    /// Refusals without an answer in between.
    in_a_row: u32,
    /// The last refusal was not for the pace.
    is_shut: bool,
    /// When the last two calls went out, the newer one first.
    sent: [Option<Instant>; 2],
    /// When the rate was raised.
    raised: Option<Instant>,
    /// The calls that were answered within the last second.
    answered: VecDeque<(Instant, usize)>,
}

impl Pace {
    /// The pace of a node that counts its calls by this span in place of a second. All but the waits that it names go by it.
    pub(crate) fn counting_by(second: Duration) -> Self {
        Self { state: Mutex::new(State::new(second)), line: tokio::sync::Mutex::default(), budget: None }
    }

    /// The pace of a node that must not be asked more than this, whatever it answers.
    pub(crate) fn limited_to(limit: RateLimit) -> Self {
        Self { budget: Some(Budget::new(limit)), ..Self::default() }
    }

    /// Waits until a request of so many calls may go.
    #[cfg(test)]
    pub(crate) async fn turn(&self, calls: usize) -> Turn {
        self.turn_of(calls, false).await
    }

    /// Waits until a request of so many calls may go. One that is urgent goes before others that wait.
    pub(crate) async fn turn_of(&self, calls: usize, is_urgent: bool) -> Turn {
        if let Some(budget) = &self.budget {
            budget.take(calls, is_urgent).await;
        }
        if let Ok(turn) = self.state().take(Instant::now(), calls) {
            return turn;
        }
        let _line = if is_urgent { None } else { Some(self.line.lock().await) };
        loop {
            let taken = self.state().take(Instant::now(), calls);
            match taken {
                Ok(turn) => return turn,
                Err(next) => sleep_until(next).await,
            }
        }
    }

    /// The most calls that should go in one request; `None` for any number.
    pub(crate) fn at_once(&self) -> Option<usize> {
        // As many as half a second allows: limits are counted by the second.
        self.state().rate.map(|rate| (rate / 2.0) as usize).map(|most| most.max(1))
    }

    /// The node answered.
    pub(crate) fn answered(&self, turn: Turn) {
        self.state().answered(Instant::now(), turn);
    }

    /// The node said that it is asked too much.
    pub(crate) fn refused(&self, turn: Turn, retry_after: Option<Duration>) {
        self.state().refused(Instant::now(), turn, retry_after);
    }

    /// The node asked to be left alone for so long.
    pub(crate) fn pause(&self, length: Duration) {
        self.state().pause(Instant::now(), length);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    const fn new(second: Duration) -> Self {
        Self {
            second,
            rate: None,
            next: None,
            refused: None,
            in_a_row: 0,
            is_shut: false,
            sent: [None; 2],
            raised: None,
            answered: VecDeque::new(),
        }
    }

    /// Takes a turn, or tells when to come again.
    fn take(&mut self, now: Instant, calls: usize) -> Result<Turn, Instant> {
        if let Some(next) = self.next {
            if now < next {
                return Err(next);
            }
            self.next = None;
        }
        if let Some(rate) = self.rate {
            self.next = Some(now + self.second.mul_f64(calls as f64 / rate));
        }
        let [last, before] = self.sent;
        let is_alone = calls == 1 && before.is_none_or(|before| before + self.second <= now);
        self.sent = [Some(now), if calls == 1 { last } else { Some(now) }];
        Ok(Turn { at: now, calls, is_alone })
    }

    fn pause(&mut self, now: Instant, length: Duration) {
        let until = now + length.min(LONGEST_REQUEST);
        self.next = Some(self.next.map_or(until, |next| next.max(until)));
    }

    fn answered(&mut self, now: Instant, turn: Turn) {
        self.in_a_row = 0;
        self.answered.push_back((now, turn.calls));
        self.forget(now);
        if self.is_shut && self.refused.is_none_or(|(at, _)| at <= turn.at) {
            self.is_shut = false;
            (self.rate, self.refused, self.next) = (None, None, None);
        }
        let Some(rate) = self.rate else { return };
        let since = self.raised.max(self.refused.map(|(at, _)| at));
        if since.is_some_and(|since| now < since + self.second) {
            return;
        }
        self.raised = Some(now);
        let limit =
            self.refused.filter(|(at, _)| now < *at + self.second.mul_f64(MEMORY)).map(|(_, limit)| limit);
        // Quickly up to shortly below where the node refused, and on from there by little.
        let (quickly, slowly) = (rate * 1.25 + 0.5, rate + (rate / 50.0).max(0.1));
        let raised = limit.map_or(quickly, |limit| quickly.min(0.85 * limit).max(slowly));
        self.rate = Some(raised).filter(|rate| *rate < FASTEST);
    }

    fn refused(&mut self, now: Instant, turn: Turn, retry_after: Option<Duration>) {
        let doubled = FIRST_PAUSE * f64::from(1_u32.checked_shl(self.in_a_row).unwrap_or(u32::MAX));
        let pause = self.second.mul_f64(doubled.min(LONGEST_PAUSE));
        // Several that were under way together are refused together: that is one refusal.
        let is_echo = self.refused.is_some_and(|(at, _)| turn.at <= at);
        if is_echo {
            retry_after.into_iter().for_each(|length| self.pause(now, length));
            return;
        }
        self.in_a_row += 1;
        let length = retry_after.unwrap_or(pause);
        self.is_shut = turn.is_alone;
        if turn.is_alone {
            self.refused = Some((now, self.refused.map_or(FASTEST, |(_, limit)| limit)));
            self.pause(now, length);
            return;
        }
        self.forget(now);
        let answered: usize = self.answered.iter().map(|(_, calls)| calls).sum();
        let rate = self.rate.unwrap_or(answered as f64);
        self.rate = Some((rate * 0.7).max(SLOWEST));
        self.refused = Some((now, rate));
        self.pause(now, length);
    }

    fn forget(&mut self, now: Instant) {
        let second = self.second;
        while self.answered.front().is_some_and(|(at, _)| *at + second < now) {
            self.answered.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A node that answers so many calls a second, counted from the first one on.
    struct Limit {
        most: usize,
        second: Instant,
        count: usize,
        refusals: usize,
    }

    impl Limit {
        fn new(most: usize) -> Self {
            Self { most, second: Instant::now(), count: 0, refusals: 0 }
        }

        fn ask(&mut self, pace: &Pace, turn: Turn) -> bool {
            let now = Instant::now();
            if now > self.second + SECOND {
                (self.second, self.count) = (now, 0);
            }
            self.count += turn.calls;
            let is_over = self.count > self.most;
            self.refusals += usize::from(is_over);
            if is_over {
                pace.refused(turn, None);
            } else {
                pace.answered(turn);
            }
            !is_over
        }
    }

    /// Asks so many calls one after the other, again where refused; returns how long it took, and the refusals.
    async fn ask(most: usize, calls: usize) -> (Duration, usize) {
        let (pace, mut limit, start) = (Pace::default(), Limit::new(most), Instant::now());
        let mut left = calls;
        while left > 0 {
            let now = pace.at_once().map_or(left, |most| most.min(left));
            let turn = pace.turn(now).await;
            if limit.ask(&pace, turn) {
                left -= now;
            }
        }
        (start.elapsed(), limit.refusals)
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_node_is_asked_at_once() {
        assert_eq!(ask(1_000_000, 100_000).await, (Duration::ZERO, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_is_found_and_kept() {
        for most in [2, 5, 10, 50] {
            let calls = most * 60;
            let (took, refusals) = ask(most, calls).await;
            let ideal = Duration::from_secs(60);
            assert!(took < ideal * 3, "{most} a second: {calls} calls took {took:?}");
            assert!(refusals < 40, "{most} a second: {refusals} refusals");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_node_says_counts() {
        let (pace, start) = (Pace::default(), Instant::now());
        let turn = pace.turn(1).await;
        pace.refused(turn, Some(Duration::from_secs(7)));
        pace.turn(1).await;
        assert_eq!(start.elapsed(), Duration::from_secs(7));
        // But not for ever.
        pace.pause(Duration::from_secs(1_000_000));
        pace.turn(1).await;
        assert_eq!(start.elapsed(), Duration::from_secs(67));
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_of_one_moment_are_one() {
        let (pace, start) = (Pace::default(), Instant::now());
        let turns = futures::future::join_all((0..50).map(|_| pace.turn(1))).await;
        turns.iter().take(20).for_each(|turn| pace.answered(*turn));
        turns.iter().skip(20).for_each(|turn| pace.refused(*turn, None));
        assert_eq!(pace.at_once(), Some(7));
        pace.turn(1).await;
        assert_eq!(start.elapsed(), SECOND.mul_f64(FIRST_PAUSE));
    }

    #[tokio::test(start_paused = true)]
    async fn an_outage_says_nothing_of_the_pace() {
        let pace = Pace::default();
        let before = futures::future::join_all((0..5).map(|_| pace.turn(1))).await;
        before.into_iter().for_each(|turn| pace.answered(turn));
        let outage = Instant::now();
        while outage.elapsed() < Duration::from_secs(30) {
            let turn = pace.turn(1).await;
            pace.refused(turn, None);
        }
        let end = Instant::now();
        for _ in 0..100 {
            let turn = pace.turn(1).await;
            pace.answered(turn);
        }
        assert!(end.elapsed() <= SECOND.mul_f64(LONGEST_PAUSE), "{:?}", end.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn one_refusal_is_forgotten() {
        let pace = Pace::default();
        let turn = pace.turn(1).await;
        pace.refused(turn, None);
        let start = Instant::now();
        while pace.at_once().is_some() {
            let turn = pace.turn(1).await;
            pace.answered(turn);
        }
        assert!(start.elapsed() < Duration::from_secs(90), "{:?}", start.elapsed());
    }
}
