//! What goes wrong between a relayer and a node.

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The answer takes its time.
    Slow,
    /// 429, with an error as proxyd says it.
    TooMany,
    /// 503, with an error as proxyd says it.
    NoBackends,
    /// 504, with a page for people.
    GatewayTimeout,
    /// 500, and an internal error.
    Internal,
    /// 200, and an internal error.
    Quorum,
    /// The connection is closed before the node hears of it.
    Refused,
    /// The node does it, and the connection is closed.
    Dropped,
    /// The node does it, and half of the answer comes.
    Truncated,
    /// The node does it, and its answer comes twice.
    Twice,
    /// The answer to another request comes.
    Stray,
    /// The node does it twice.
    Repeated,
    /// A node answers that is some blocks behind.
    Stale,
    /// Nothing comes, and the connection stays open.
    HalfOpen,
    /// A node of another chain answers.
    OtherChain,
}

pub(crate) const FAULTS: [Fault; 15] = [
    Fault::Slow,
    Fault::TooMany,
    Fault::NoBackends,
    Fault::GatewayTimeout,
    Fault::Internal,
    Fault::Quorum,
    Fault::Refused,
    Fault::Dropped,
    Fault::Truncated,
    Fault::Twice,
    Fault::Stray,
    Fault::Repeated,
    Fault::Stale,
    Fault::HalfOpen,
    Fault::OtherChain,
];
