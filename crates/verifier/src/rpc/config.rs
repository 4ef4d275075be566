use super::{JwtSecret, service::ENTRY_TEXT};
use crate::BuildInfo;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::sync::Semaphore;

/// How the server listens and what it allows its callers. Zero sets no limit, wherever a number is one.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Where to listen, by default port 8450 of loopback. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The secret of those who may use the admin methods. Without one, these are off.
    pub jwt_secret: Option<JwtSecret>,
    /// The longest request body or WebSocket message, in bytes; [`ServerConfig::body_of`] says what entries need.
    pub max_body_bytes: u32,
    /// The most calls of one JSON-RPC batch.
    pub max_batch: u32,
    /// The most connections at once. Further ones are answered with status 503 and closed.
    pub max_connections: usize,
    /// The most of them that one caller may have, so that there are some for others. The proxy in front may have all.
    pub max_connections_per_caller: usize,
    /// The most subscriptions of one WebSocket.
    pub max_subscriptions: u32,
    /// Units that a caller may use each second, and at once. A call costs one, and each access-list entry another.
    pub rate_limit: u32,
    /// The proxy in front. Of requests from its address, the last of `X-Forwarded-For` counts as the caller.
    pub trusted_proxy: Option<IpAddr>,
    /// How long a connection may take to send a request's head, which is also how long it may idle.
    pub header_timeout: Duration,
    /// How long a request may take to send its body.
    pub body_timeout: Duration,
    /// Which program it is, for the metrics.
    pub build: BuildInfo,
    /// How long requests in flight may take to finish when the server stops.
    pub grace: Duration,
}

impl ServerConfig {
    /// The bytes of a request with so many access-list entries, with some for the rest of it and white space.
    pub const fn body_of(entries: usize) -> u32 {
        let bytes = entries.saturating_mul(ENTRY_TEXT + 11).saturating_add(64 << 10);
        if bytes > u32::MAX as usize { u32::MAX } else { bytes as u32 }
    }

    /// The same with a number that means none where there is no limit.
    pub(super) fn with_limits(mut self) -> Self {
        let usizes = [&mut self.max_connections, &mut self.max_connections_per_caller];
        usizes.into_iter().filter(|limit| **limit == 0).for_each(|limit| *limit = usize::MAX);
        let numbers = [&mut self.max_body_bytes, &mut self.max_batch, &mut self.max_subscriptions];
        numbers.into_iter().filter(|limit| **limit == 0).for_each(|limit| *limit = u32::MAX);
        self.max_connections = self.max_connections.min(Semaphore::MAX_PERMITS);
        self
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8450)),
            jwt_secret: None,
            max_body_bytes: 3 << 20,
            max_batch: 100,
            max_connections: 1024,
            max_connections_per_caller: 256,
            max_subscriptions: 16,
            rate_limit: 100_000,
            trusted_proxy: None,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10),
            build: BuildInfo::default(),
            grace: Duration::from_secs(10),
        }
    }
}
