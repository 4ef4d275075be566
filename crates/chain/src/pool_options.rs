use std::time::Duration;

/// How the nodes of one chain are chosen from. Of no meaning where there is only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOptions {
    /// After how long without an answer a read also goes to the next node; `None` for never.
    pub hedge_after: Option<Duration>,
    /// How many blocks a node may be behind the best one and still be asked for what is newest.
    pub max_lag: u64,
    /// After how long a node whose head stays where it is, while another has a newer block, is not asked for what is
    /// newest; and for how long the head of a node that was lost counts as the best.
    pub stall_after: Duration,
    /// How often each node is asked for its head, as long as any of them is used.
    pub probe_interval: Duration,
    /// For how long a node is passed over after its first fault; it doubles each time.
    pub first_pause: Duration,
    /// The longest time for which a node is passed over, unless it asks for more itself.
    pub max_pause: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            hedge_after: Some(Duration::from_millis(250)),
            max_lag: 3,
            stall_after: Duration::from_secs(15),
            probe_interval: Duration::from_secs(2),
            first_pause: Duration::from_millis(500),
            max_pause: Duration::from_mins(1),
        }
    }
}
