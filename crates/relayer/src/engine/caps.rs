use std::collections::{BTreeMap, BTreeSet};

/// What the messages of sources may use in an hour, in gas, and which of them have used it up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caps {
    by_source: BTreeMap<u64, u64>,
    full: BTreeSet<u64>,
}

/// What is left of that while a batch is put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rooms(BTreeMap<u64, u64>);

impl Caps {
    pub(crate) const fn new(by_source: BTreeMap<u64, u64>) -> Self {
        Self { by_source, full: BTreeSet::new() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.by_source.iter().map(|(source, cap)| (*source, *cap))
    }

    /// Whether nothing is capped.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_source.is_empty()
    }

    pub(crate) fn is_full(&self, source: u64) -> bool {
        self.full.contains(&source)
    }

    /// Notes whether a source has used up what it may; returns whether that is new.
    pub(crate) fn set_full(&mut self, source: u64, is_full: bool) -> bool {
        if is_full { self.full.insert(source) } else { self.full.remove(&source) }
    }
}

impl Rooms {
    pub(crate) const fn new(left: BTreeMap<u64, u64>) -> Self {
        Self(left)
    }

    /// Whether one more message of the source may go.
    pub(crate) fn has(&self, source: u64) -> bool {
        self.0.get(&source).is_none_or(|left| *left > 0)
    }

    pub(crate) fn take(&mut self, source: u64, gas: u64) {
        if let Some(left) = self.0.get_mut(&source) {
            *left = left.saturating_sub(gas);
        }
    }
}
