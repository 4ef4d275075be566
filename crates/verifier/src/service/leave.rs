/// Why a source leaves what it is doing.
pub(super) enum Leave {
    /// The chain is to be followed anew, now that nothing is known of it.
    Again,
    /// The same, from this block on: the node has none below.
    AgainFrom(u64),
    /// It can do nothing more until it is told to begin anew.
    Idle,
    /// Nobody listens any more.
    Closed,
}
