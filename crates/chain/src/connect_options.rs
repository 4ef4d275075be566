use std::time::Duration;

/// How patient a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// The deadline of one attempt at one request; a node that takes longer counts as stalled.
    pub request_timeout: Duration,
    /// The deadline for opening a connection.
    pub connect_timeout: Duration,
    /// How often an idempotent read is repeated after a transient fault. Nothing else is ever repeated.
    pub read_retries: u32,
    /// The wait before the first repetition; it doubles each time.
    pub first_backoff: Duration,
    /// The longest wait between two repetitions.
    pub max_backoff: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            read_retries: 3,
            first_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
        }
    }
}
