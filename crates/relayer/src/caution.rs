//! How soon one of several relayers leaves a chain to others again, when one that it left came back. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use tokio::time::Instant;

/// A distance doubles so often at the most.
const DOUBLINGS: u32 = 4;
/// No distance is longer than that, or than a lease.
const LONGEST: Duration = Duration::from_secs(600);

/// What became of the chains that were left to others. One that comes and goes, or that does not take what is its, would
/// otherwise be given a chain again and again, and nobody would work for it in between.
#[derive(Debug)]
pub(crate) struct Caution {
    /// How long it takes until it is known that somebody is gone.
    lease: Duration,
    strikes: u32,
    until: Option<Instant>,
    given: BTreeMap<u64, Instant>,
    free_since: BTreeMap<u64, Instant>,
}

impl Caution {
    pub(crate) const fn new(lease: Duration) -> Self {
        Self { lease, strikes: 0, until: None, given: BTreeMap::new(), free_since: BTreeMap::new() }
    }

    /// Takes note of what nobody works for at present. Returns what has been free for so long that whoever should take it does
    /// not come: anybody who can may take that.
    pub(crate) fn overdue(&mut self, free: &BTreeSet<u64>, now: Instant) -> BTreeSet<u64> {
        self.free_since.retain(|chain, _| free.contains(chain));
        for chain in free {
            self.free_since.entry(*chain).or_insert(now);
        }
        let patience = (self.lease / 4).clamp(Duration::from_secs(1), Duration::from_secs(5));
        let is_overdue = |since: &Instant| now.duration_since(*since) >= patience;
        self.free_since.iter().filter(|(_, since)| is_overdue(since)).map(|(chain, _)| *chain).collect()
    }

    /// Whether a chain may be left to others.
    pub(crate) fn may_give(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// A chain is left to others.
    pub(crate) fn gave(&mut self, chain: u64, now: Instant) {
        self.given.insert(chain, now);
    }

    /// A chain was taken, which nobody else took when it was theirs, if it is overdue, or which who had it before has deserted.
    /// That one ends in order is no reason to give the next one less.
    pub(crate) fn took(&mut self, chain: u64, is_overdue: bool, is_deserted: bool, now: Instant) {
        let memory = self.distance(DOUBLINGS);
        if self.until.is_some_and(|until| now >= until + memory) {
            self.strikes = 0;
        }
        self.free_since.remove(&chain);
        let came_back = self.given.remove(&chain).is_some_and(|given| now.duration_since(given) < memory);
        if (came_back && is_deserted) || is_overdue {
            self.strikes = (self.strikes + 1).min(DOUBLINGS);
            self.until = Some(now + self.distance(self.strikes));
        }
    }

    fn distance(&self, doublings: u32) -> Duration {
        (self.lease * 2_u32.pow(doublings)).min(LONGEST.max(self.lease))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(15);

    #[test]
    fn what_nobody_takes_anybody_may_take() {
        let (mut caution, start) = (Caution::new(LEASE), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert!(caution.overdue(&[1].into(), start).is_empty());
        assert!(caution.overdue(&[1, 2].into(), at(3_000)).is_empty());
        assert_eq!(caution.overdue(&[1, 2].into(), at(4_000)), [1].into());
        // Somebody had it in between.
        assert!(caution.overdue(&[2].into(), at(4_500)).is_empty());
        assert_eq!(caution.overdue(&[1, 2].into(), at(8_000)), [2].into());
        caution.took(2, true, false, at(8_000));
        assert!(
            !caution.may_give(at(37_000)) && caution.may_give(at(38_000)),
            "the one whose it was is gone by then"
        );
    }

    #[test]
    fn one_that_comes_and_goes_is_given_less_and_less_often() {
        let (mut caution, start) = (Caution::new(LEASE), Instant::now());
        let (mut now, mut distances) = (start, Vec::new());
        for _ in 0..6 {
            assert!(caution.may_give(now));
            caution.gave(7, now);
            now += Duration::from_secs(20);
            caution.took(7, false, true, now);
            let begun = now;
            while !caution.may_give(now) {
                now += Duration::from_secs(1);
            }
            distances.push(now.duration_since(begun).as_secs());
        }
        assert_eq!(distances, [30, 60, 120, 240, 240, 240]);
        // It stays for long, and all is forgotten.
        caution.gave(7, now);
        now += LEASE * 64;
        caution.took(7, false, true, now);
        assert!(caution.may_give(now), "others may end for good reasons");
        caution.gave(7, now);
        caution.took(7, false, true, now + Duration::from_secs(1));
        assert!(caution.may_give(now + Duration::from_secs(32)));
    }

    #[test]
    fn a_chain_of_others_is_taken_without_a_word() {
        let (mut caution, now) = (Caution::new(LEASE), Instant::now());
        caution.took(7, false, true, now);
        assert!(caution.may_give(now));
        caution.gave(7, now);
        caution.took(7, false, false, now);
        assert!(caution.may_give(now), "it was given back");
        let mut long = Caution::new(LEASE * 120);
        long.took(7, true, false, now);
        assert!(long.may_give(now + LEASE * 120));
    }
}
