use std::time::Duration;

use causeway_service::BuildInfo;

use super::{AllowedHosts, AllowedOrigins, ApiToken, Webhook};
use crate::engine::Policy;

/// What the API allows, and whom.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// What those have to show who change something. Without one, nobody can.
    pub token: Option<ApiToken>,
    /// The names by which it answers, beside addresses and `localhost`.
    pub hosts: AllowedHosts,
    /// Whose pages may read it in a browser.
    pub origins: AllowedOrigins,
    /// Who is told of what happens.
    pub webhooks: Vec<Webhook>,
    /// The most connections at once. Further ones are answered with status 503 and closed.
    pub max_connections: usize,
    /// The most listeners to events at once.
    pub max_streams: usize,
    /// How long one of them may stay at least when others want its place: it is ended then, and can go on where it was.
    pub stream_stay: Duration,
    /// The longest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// The most messages of a page.
    pub max_page: u32,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// How many events are remembered for listeners that were away.
    pub remembered_events: usize,
    /// How old numbers may be that take work to know: queues, balances.
    pub max_age: Duration,
    /// How long a message can be executed, in seconds.
    pub expiry_window: u64,
    /// How many seconds before that a message is said to be expiring.
    pub expiry_margin: u64,
    /// How many seconds before that no new transaction takes a message, as the relayer's
    /// [`expiry_margin`](crate::engine::Policy::expiry_margin) says.
    pub signing_margin: u64,
    /// How long requests may take to finish when the API stops.
    pub grace: Duration,
    /// Which program it is, for the metrics.
    pub build: BuildInfo,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            token: None,
            hosts: AllowedHosts::default(),
            origins: AllowedOrigins::default(),
            webhooks: Vec::new(),
            max_connections: 256,
            max_streams: 64,
            stream_stay: Duration::from_secs(60),
            max_body_bytes: 16 << 10,
            max_page: 500,
            request_timeout: Duration::from_secs(10),
            remembered_events: 4_096,
            max_age: Duration::from_secs(10),
            expiry_window: 604_800,
            expiry_margin: 86_400,
            signing_margin: Policy::default().expiry_margin,
            grace: Duration::from_secs(5),
            build: BuildInfo::default(),
        }
    }
}
