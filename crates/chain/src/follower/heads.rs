use crate::{
    Endpoint,
    backoff::Backoff,
    node::Header,
    transport::{OneConnection, RequestTimeout},
};
use alloy::{
    primitives::B256,
    pubsub::{PubSubConnect, RawSubscription},
    rpc::client::RpcClient,
    transports::{TransportError, TransportErrorKind},
};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, broadcast::error::RecvError, mpsc, watch},
    time::{sleep, timeout},
};

/// How many pushed heads may wait. When the consumer is slower, further ones are dropped: a head is only a hint, and
/// the gap is filled from the node.
const CAPACITY: usize = 64;
/// The longest wait between two attempts to subscribe. A node that does not speak WebSocket is asked no oftener.
const MAX_BACKOFF: Duration = Duration::from_secs(15);

/// The listening end of a subscription to new heads.
pub(super) struct Heads {
    /// Each with the place of the node that pushed it.
    pub(super) heads: mpsc::Receiver<(Option<usize>, Header)>,
    pub(super) subscribed: watch::Receiver<bool>,
    pub(super) renew: Arc<Notify>,
    /// Somebody wants the head to be asked for.
    pub(super) look: Arc<Notify>,
    /// The node that is followed.
    pub(super) followed: watch::Sender<usize>,
}

/// The task that keeps the subscription alive.
pub(super) struct Listener {
    endpoints: Vec<(Option<usize>, Endpoint)>,
    connect_timeout: Duration,
    heads: mpsc::Sender<(Option<usize>, Header)>,
    subscribed: watch::Sender<bool>,
    renew: Arc<Notify>,
    followed: watch::Receiver<usize>,
}

/// Makes both ends. Without an endpoint nothing is ever heard.
pub(super) fn heads(
    endpoints: Vec<(Option<usize>, Endpoint)>,
    connect_timeout: Duration,
) -> (Listener, Heads) {
    let (heads_tx, heads_rx) = mpsc::channel(CAPACITY);
    let (subscribed_tx, subscribed_rx) = watch::channel(false);
    let renew = Arc::new(Notify::new());
    let (followed, followed_rx) = watch::channel(0);
    let listener = Listener {
        endpoints,
        connect_timeout,
        heads: heads_tx,
        subscribed: subscribed_tx,
        renew: Arc::clone(&renew),
        followed: followed_rx,
    };
    let look = Arc::new(Notify::new());
    (listener, Heads { heads: heads_rx, subscribed: subscribed_rx, renew, look, followed })
}

impl Listener {
    /// Subscribes, and again whenever the subscription ends or [`Heads::renew`] is notified.
    pub(super) async fn run(mut self) -> Infallible {
        if self.endpoints.is_empty() {
            return std::future::pending().await;
        }
        let mut backoff = Backoff::new(Duration::from_millis(200), MAX_BACKOFF);
        loop {
            for (node, endpoint) in self.in_order() {
                match self.listen(node, &endpoint).await {
                    Ok(heard) => {
                        tracing::debug!(%endpoint, heard, "the subscription to new heads ended");
                        // One that never told anything deserves no haste.
                        if heard > 0 {
                            backoff.reset();
                        }
                        break;
                    }
                    Err(error) => {
                        let reason = endpoint.scrub(&error.to_string());
                        tracing::debug!(%endpoint, reason, "cannot subscribe to new heads");
                    }
                }
            }
            self.subscribed.send_if_modified(|subscribed| std::mem::replace(subscribed, false));
            tokio::select! {
                () = sleep(backoff.next()) => {}
                () = self.renew.notified() => {}
            }
        }
    }

    /// The node that is followed, then the others.
    fn in_order(&mut self) -> Vec<(Option<usize>, Endpoint)> {
        let followed = *self.followed.borrow_and_update();
        let mut endpoints = self.endpoints.clone();
        endpoints.sort_by_key(|(node, _)| *node != Some(followed));
        endpoints
    }

    /// Forwards heads until the subscription ends; tells how many there were.
    async fn listen(&self, node: Option<usize>, endpoint: &Endpoint) -> Result<u64, TransportError> {
        let subscribing = timeout(self.connect_timeout, subscribe(endpoint, self.connect_timeout));
        // The client is kept: the connection ends with it.
        let (_client, mut subscription) = subscribing
            .await
            .unwrap_or_else(|_| Err(RequestTimeout { after: self.connect_timeout }.into()))?;
        self.subscribed.send_replace(true);
        let mut heard = 0;
        loop {
            tokio::select! {
                head = subscription.recv() => match head {
                    Ok(text) => {
                        heard += 1;
                        // A full channel means that the consumer is behind; it will ask for what it misses.
                        match Header::read(text.get()) {
                            Ok(head) => drop(self.heads.try_send((node, head))),
                            Err(error) => tracing::debug!(%endpoint, %error, "a head that cannot be read"),
                        }
                    }
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return Ok(heard),
                },
                () = self.renew.notified() => return Ok(heard),
            }
        }
    }
}

async fn subscribe(
    endpoint: &Endpoint,
    connect_timeout: Duration,
) -> Result<(RpcClient, RawSubscription), TransportError> {
    let frontend = OneConnection::new(endpoint, connect_timeout).into_service().await?;
    let client = RpcClient::new(frontend, true);
    let frontend = client.pubsub_frontend().ok_or_else(TransportErrorKind::pubsub_unavailable)?;
    let mut call = client.request("eth_subscribe", ("newHeads",));
    call.set_is_subscription();
    let id: B256 = call.await?;
    let subscription = frontend.get_subscription(id).await?;
    Ok((client, subscription))
}
