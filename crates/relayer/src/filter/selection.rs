use std::collections::BTreeSet;

/// Which of some things are wanted: those that are allowed, if any are named, without those that are denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<T> {
    /// Nothing named: all.
    pub allow: BTreeSet<T>,
    /// Counts more.
    pub deny: BTreeSet<T>,
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self { allow: BTreeSet::new(), deny: BTreeSet::new() }
    }
}

impl<T: Ord + Copy> Selection<T> {
    /// Checks the names that one thing goes by: none of them may be denied, and one has to be allowed. Returns the one that
    /// is not wanted; `None` in its place if there is no name and one is needed.
    pub(super) fn check(&self, names: &[T]) -> Result<(), Option<T>> {
        if let Some(denied) = names.iter().find(|name| self.deny.contains(name)) {
            return Err(Some(*denied));
        }
        if self.allow.is_empty() || names.iter().any(|name| self.allow.contains(name)) {
            return Ok(());
        }
        Err(names.last().copied())
    }
}
