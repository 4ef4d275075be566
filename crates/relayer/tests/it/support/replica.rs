use std::time::Duration;

use causeway_client::SafetyLevel;
use causeway_relayer::{RelayerConfig, RelayerHandle};
use causeway_store::Store;

use super::{Listener, Net, start};

/// One of several relayers on a database, between the chains of the net.
pub(crate) struct Replica<'a> {
    net: &'a Net,
    url: &'a str,
    name: &'a str,
    lease: Duration,
    safety: Option<SafetyLevel>,
}

impl<'a> Replica<'a> {
    pub(crate) const fn new(net: &'a Net, url: &'a str, name: &'a str, lease: Duration) -> Self {
        Self { net, url, name, lease, safety: None }
    }

    /// Wants blocks of the source to be so safe.
    pub(crate) const fn cautious(self, safety: SafetyLevel) -> Self {
        Self { safety: Some(safety), ..self }
    }

    /// It gets a share of the chains at once.
    pub(crate) async fn config(&self) -> RelayerConfig {
        let config = match self.safety {
            Some(safety) => self.net.cautious(safety).await,
            None => self.net.config().await,
        };
        let store = Store::connect(self.url).await.unwrap();
        let (holder, lease, probation) = (self.name.to_owned(), self.lease, Duration::ZERO);
        RelayerConfig { store, holder, lease, probation, ..config }
    }

    pub(crate) async fn start(self) -> (RelayerHandle, Listener) {
        start(self.config().await)
    }
}
