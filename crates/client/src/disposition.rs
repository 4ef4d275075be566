/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Do the same again soon: the cause is likely to pass.
    Retry,
    /// Do it again once something has changed: a new block, a payment, a configuration.
    Wait,
    /// Give this one thing up; others are not concerned.
    Drop,
    /// Stop: going on could do harm.
    Halt,
}
