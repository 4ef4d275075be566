use crate::{Endpoint, PoolOptions, PoolStats, board::Board};
use std::{fmt, iter, sync::Arc};

/// Where a chain is to be reached: one node, or several of which any will do.
///
/// All connections that are made with clones of one value share what they learn of the nodes: who failed, who lags, who
/// may hold which transaction. With one node there is nothing to choose, and everything is as with its [`Endpoint`].
/// `Debug` and `Display` show no credential.
#[derive(Clone)]
pub struct Endpoints {
    board: Arc<Board>,
}

impl Endpoints {
    /// These nodes, the one that is preferred first. One that is named twice counts once.
    pub fn new(first: Endpoint, others: impl IntoIterator<Item = Endpoint>) -> Self {
        Self::with(once_each(iter::once(first).chain(others)), PoolOptions::default(), None)
    }

    fn with(all: Vec<Endpoint>, options: PoolOptions, chain_id: Option<u64>) -> Self {
        Self { board: Arc::new(Board::new(all, options, chain_id)) }
    }

    /// The same nodes, chosen from in this way.
    #[must_use]
    pub fn with_options(&self, options: PoolOptions) -> Self {
        Self::with(self.board.endpoints().to_vec(), options, self.board.chain_id())
    }

    /// The same nodes, which have to serve this chain: one that serves another is not asked. Without it the one that is
    /// asked first says which chain it is.
    #[must_use]
    pub fn of_chain(&self, chain_id: u64) -> Self {
        if self.board.chain_id().is_some_and(|known| known != chain_id) {
            return Self::with(self.board.endpoints().to_vec(), self.board.options().clone(), Some(chain_id));
        }
        self.board.expect_chain(chain_id);
        self.clone()
    }

    /// The same nodes, and these.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let all = once_each(self.iter().chain(others.iter()).cloned());
        Self::with(all, self.board.options().clone(), self.board.chain_id())
    }

    /// The node that is preferred.
    pub fn first(&self) -> &Endpoint {
        &self.board.endpoints()[0]
    }

    /// The only node; `None` where there are several.
    pub fn single(&self) -> Option<&Endpoint> {
        match self.board.endpoints() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The nodes, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.board.endpoints().iter()
    }

    /// Whether this is one of the nodes.
    pub fn contains(&self, endpoint: &Endpoint) -> bool {
        self.board.endpoints().contains(endpoint)
    }

    /// Whether all of them are on this machine.
    pub fn is_loopback(&self) -> bool {
        self.iter().all(Endpoint::is_loopback)
    }

    /// How it is chosen between them.
    pub fn options(&self) -> &PoolOptions {
        self.board.options()
    }

    /// How the nodes do.
    pub fn stats(&self) -> PoolStats {
        self.board.stats()
    }

    pub(crate) const fn board(&self) -> &Arc<Board> {
        &self.board
    }
}

fn once_each(endpoints: impl Iterator<Item = Endpoint>) -> Vec<Endpoint> {
    let mut all = Vec::new();
    for endpoint in endpoints {
        if !all.contains(&endpoint) {
            all.push(endpoint);
        }
    }
    all
}

impl PartialEq for Endpoints {
    fn eq(&self, other: &Self) -> bool {
        self.board.endpoints() == other.board.endpoints() && self.options() == other.options()
    }
}

impl Eq for Endpoints {}

impl From<Endpoint> for Endpoints {
    fn from(endpoint: Endpoint) -> Self {
        Self::new(endpoint, [])
    }
}

impl From<&Endpoint> for Endpoints {
    fn from(endpoint: &Endpoint) -> Self {
        endpoint.clone().into()
    }
}

impl From<&Self> for Endpoints {
    fn from(endpoints: &Self) -> Self {
        endpoints.clone()
    }
}

impl fmt::Display for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, endpoint) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{endpoint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoints({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Endpoint {
        url.parse().unwrap()
    }

    #[test]
    fn several_are_shown_without_their_secrets() {
        let (one, other) =
            (endpoint("https://a.example/s3cret-canary"), endpoint("wss://u:canary@b.example"));
        let endpoints = Endpoints::new(one.clone(), [other.clone(), one.clone()]);
        assert_eq!(endpoints.to_string(), "https://a.example/…, wss://…@b.example");
        assert!(!format!("{endpoints:?} {:?}", endpoints.stats()).contains("canary"));
        assert_eq!((endpoints.iter().count(), endpoints.single()), (2, None));
        assert_eq!(Endpoints::from(one.clone()).single(), Some(&one));
        assert_eq!(Endpoints::from(one.clone()).and(&other.into()), endpoints);
        assert_ne!(Endpoints::from(one), endpoints);
    }

    #[test]
    fn another_chain_is_another_pool() {
        let endpoints = Endpoints::from(endpoint("http://127.0.0.1:1"));
        let first = endpoints.of_chain(901);
        assert!(Arc::ptr_eq(first.board(), endpoints.board()));
        assert!(Arc::ptr_eq(first.of_chain(901).board(), endpoints.board()));
        assert!(!Arc::ptr_eq(first.of_chain(902).board(), endpoints.board()));
    }
}
