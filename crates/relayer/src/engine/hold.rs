use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

/// The longest distance between two tries with what is held, in beats. A try that is refused costs no gas.
const MOST: u64 = 8;
/// From which age on it is known of all messages that the destination's clock allows them, in seconds.
const CLOCK: i64 = 0;

/// The sources whose messages the destination refused for now: it does not know their newest blocks, or its clock is behind.
///
/// What is as young as what was refused waits. One transaction at a time is tried, at growing distances, and what goes through
/// tells how old the others have to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holds {
    by_source: BTreeMap<u64, Hold>,
    /// Counts blocks, and the growing waits: blocks may not come.
    beat: u64,
}

/// A transaction that was refused for now, as far as one source's messages are concerned.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) messages: Vec<B256>,
    /// The age of the youngest.
    pub(crate) age: i64,
    /// There were no others with them.
    pub(crate) alone: bool,
    /// Some were never refused before.
    pub(crate) new: bool,
}

/// What is tried next of a source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    /// Messages of how many timestamps.
    pub(crate) span: usize,
    /// The youngest of those that were refused least often, rather than the oldest of all.
    pub(crate) newer: bool,
}

#[derive(Clone, Debug)]
struct Hold {
    /// The age of the youngest that was refused, in seconds of the destination's clock; less than zero for what is from its future.
    refused: i64,
    /// As old as this is old enough.
    good: Option<i64>,
    /// How often a try was refused.
    times: u32,
    /// The beat of the next try.
    due: u64,
    /// Messages of how many timestamps the next try takes.
    span: usize,
    /// The next try takes the youngest of what was refused least often: the oldest may be refused for what they are.
    newer: bool,
    /// It was refused by itself, and not only together with messages of other sources.
    alone: bool,
    /// What is being tried.
    tried: BTreeSet<B256>,
}

impl Holds {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_source.is_empty()
    }

    pub(crate) fn has(&self, source: u64) -> bool {
        self.by_source.contains_key(&source)
    }

    pub(crate) fn sources(&self) -> Vec<u64> {
        self.by_source.keys().copied().collect()
    }

    /// A block came, or a growing wait is over.
    pub(crate) const fn beat(&mut self) {
        self.beat = self.beat.wrapping_add(1);
    }

    /// Whether a message of this age has to wait.
    pub(crate) fn holds(&self, source: u64, message: B256, age: i64) -> bool {
        let Some(hold) = self.by_source.get(&source) else { return false };
        let is_old = hold.good.is_some_and(|good| age >= good);
        !is_old && !hold.tried.contains(&message)
    }

    /// As old as this is old enough, if that is known.
    pub(crate) fn good(&self, source: u64) -> Option<i64> {
        self.by_source.get(&source)?.good
    }

    /// What is to be tried now, if it is time.
    pub(crate) fn due(&self, source: u64) -> Option<Try> {
        let hold = self.by_source.get(&source).filter(|hold| hold.due <= self.beat)?;
        Some(Try { span: hold.span, newer: hold.newer })
    }

    /// What was tried last and was not answered yet.
    pub(crate) fn tried(&self, source: u64) -> impl Iterator<Item = B256> {
        self.by_source.get(&source).into_iter().flat_map(|hold| hold.tried.iter().copied())
    }

    /// These are tried now.
    pub(crate) fn try_out(&mut self, source: u64, messages: &[B256]) {
        let Some(hold) = self.by_source.get_mut(&source) else { return };
        hold.tried = messages.iter().copied().collect();
    }

    /// Whether messages of this age are taken, as far as is known.
    pub(crate) fn takes(&self, source: u64, age: i64) -> bool {
        self.by_source.get(&source).is_none_or(|hold| hold.good.is_some_and(|good| age >= good))
    }

    /// A transaction was refused. Returns whether that is news.
    pub(crate) fn refuse(&mut self, source: u64, refusal: &Refusal) -> bool {
        let Refusal { messages, age, alone, new } = refusal;
        let beat = self.beat;
        let begun = Hold {
            refused: *age,
            good: (*age < CLOCK).then_some(CLOCK),
            times: 0,
            due: beat,
            span: 1,
            newer: false,
            alone: false,
            tried: messages.iter().copied().collect(),
        };
        let hold = self.by_source.entry(source).or_insert(begun);
        hold.refused = hold.refused.min(*age);
        // What was refused before, too, may be so for what it is.
        let is_wrong = *new && hold.good.is_some_and(|good| *age >= good);
        if is_wrong {
            (hold.good, hold.times) = (None, 0);
        }
        // What was signed before it was held tells nothing new.
        if is_wrong || messages.iter().any(|message| hold.tried.contains(message)) {
            hold.tried.clear();
            hold.span = 1;
            hold.newer = is_wrong || (hold.times > 0 && !hold.newer);
            hold.times = hold.times.saturating_add(u32::from(*alone));
            hold.due = beat.saturating_add(if *alone { hold.distance() } else { 0 });
        }
        let was_told = hold.alone;
        hold.alone |= *alone;
        *alone && !was_told
    }

    /// A transaction was taken whose youngest message of this source is so old. Returns whether nothing of the source has to wait
    /// any more, and whether that was said.
    pub(crate) fn accept(&mut self, source: u64, messages: &[B256], age: i64) -> Option<bool> {
        let beat = self.beat;
        let hold = self.by_source.get_mut(&source)?;
        if age <= hold.refused || !hold.alone {
            return self.by_source.remove(&source).map(|hold| hold.alone);
        }
        let was_tried = messages.iter().any(|message| hold.tried.remove(message));
        hold.good = Some(hold.good.map_or(age, |good| good.min(age)));
        if was_tried {
            hold.tried.clear();
            hold.span = hold.span.saturating_mul(2);
            (hold.times, hold.due) = (0, beat);
        }
        None
    }

    /// The destination is another chain, or its clock went back.
    pub(crate) fn clear(&mut self) {
        self.by_source.clear();
    }
}

impl Hold {
    /// In how many beats the next try comes: 1, 1, 1, 2, 2, 4, 4, 8, ...
    fn distance(&self) -> u64 {
        1u64.checked_shl(self.times.saturating_sub(2) / 2).unwrap_or(MOST).min(MOST)
    }
}
