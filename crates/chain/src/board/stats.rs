/// How the nodes of a chain do, for whoever looks after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// The nodes, as they are listed.
    pub nodes: Vec<NodeStats>,
    /// Reads that went to a second node since the first took long.
    pub hedged: u64,
    /// Those of them that the second node answered first.
    pub hedges_won: u64,
    /// Requests that went to another node after one had failed.
    pub failed_over: u64,
    /// How often another node became the one that is asked first.
    pub switched: u64,
}

/// How one node does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStats {
    /// Where it is, without secrets.
    pub url: String,
    /// Whether it is asked.
    pub state: NodeState,
    /// Why it is not, without secrets; empty otherwise.
    pub reason: String,
    /// The newest head that it told.
    pub head: Option<u64>,
    /// Requests that went to it, a batch counted as one.
    pub requests: u64,
    /// Those of them that were lost, or answered by an outage.
    pub failures: u64,
    /// Those of them that were refused since there were too many.
    pub refusals: u64,
    /// How often it was passed over.
    pub passed_over: u64,
}

/// Whether a node is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeState {
    /// It is asked first.
    Primary,
    /// It is asked when another fails or is slow.
    Ready,
    /// Its head is behind that of another node: it is not asked for what is newest.
    Behind,
    /// It failed, and is asked again after a while.
    PassedOver,
    /// It serves another chain.
    WrongChain,
}

impl NodeState {
    /// The state in one word, for the label of a metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Ready => "ready",
            Self::Behind => "behind",
            Self::PassedOver => "passed_over",
            Self::WrongChain => "wrong_chain",
        }
    }
}
