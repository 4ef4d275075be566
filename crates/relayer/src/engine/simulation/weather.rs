/// The source whose blocks have to be safe, where that is so.
pub(super) const CAUTIOUS: u64 = 901;

/// What can go wrong, beside lost answers, crashes, evictions, and nodes that lag; and how the lane is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weather {
    /// Reorgs of the destination.
    pub(super) destination: bool,
    /// Reorgs of the source; messages that are sent again.
    pub(super) source: bool,
    /// Others relay too, use the accounts, and hold messages in the store.
    pub(super) others: bool,
    /// Some targets revert until all calms down.
    pub(super) reverting: bool,
    /// The destination's blocks hold what has become invalid, too.
    pub(super) lax: bool,
    /// How many reverts are paid for, if that is limited.
    pub(super) max_reverts: Option<u32>,
    /// Messages are old within a few blocks.
    pub(super) hasty: bool,
    /// The blocks of one of the sources have to be safe, which they become later.
    pub(super) cautious: bool,
    /// Two accounts, each with several transactions signed and sent at once; otherwise one of each.
    pub(super) wide: bool,
}
