use super::{
    args::Args,
    call_error::{SERVER_ERROR, invalid_parameter},
};
use crate::{Invalidated, Verifier};
use alloy_primitives::B256;
use futures::StreamExt;
use jsonrpsee_server::types::{ErrorObject, ErrorObjectOwned};
use serde::Serialize;
use serde_json::Value;
use std::{
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};
use tokio_stream::{
    StreamMap,
    wrappers::{BroadcastStream, errors::BroadcastStreamRecvError},
};

/// The code for one subscription too many.
const TOO_MANY: i32 = -32006;

/// The subscriptions of one WebSocket.
#[derive(Clone, Debug)]
pub(super) struct Subscriptions(Arc<Mutex<Open>>);

#[derive(Debug)]
struct Open {
    streams: StreamMap<u64, BroadcastStream<Invalidated>>,
    /// The id that was given last.
    last: u64,
    most: usize,
}

/// What a subscriber is told, as it is sent.
#[derive(Debug, Serialize)]
pub(super) struct Notification {
    jsonrpc: &'static str,
    method: &'static str,
    params: NotificationParams,
}

#[derive(Debug, Serialize)]
struct NotificationParams {
    subscription: u64,
    result: Notice,
}

#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Notice {
    /// Verdicts of *valid* that a reorg has overturned.
    Invalidated { chain_id: String, from_block: u64, checksums: Vec<B256> },
    /// The subscriber was too slow: so many notices are lost, and whatever it relies on it has to check again.
    Lagged { lagged: u64 },
}

impl Subscriptions {
    /// None yet, of so many that may be.
    pub(super) fn new(most: u32) -> Self {
        Self(Arc::new(Mutex::new(Open { streams: StreamMap::new(), last: 0, most: most as usize })))
    }

    /// Begins one; returns its id.
    pub(super) fn begin(&self, verifier: &Verifier, params: Option<&str>) -> Result<Value, ErrorObjectOwned> {
        let [topic] = Args::parse(params, ["topic"])?.into_inner();
        let topic = topic.text("the topic invalidated")?;
        if topic != "invalidated" {
            let problem = format!("expected the topic invalidated, got {topic:?}");
            return Err(invalid_parameter("topic", &problem));
        }
        let mut open = self.open();
        if open.streams.len() >= open.most {
            let message = format!("too many subscriptions on this connection: {} are allowed", open.most);
            return Err(ErrorObject::owned(TOO_MANY, message, None::<()>));
        }
        open.last += 1;
        let id = open.last;
        open.streams.insert(id, BroadcastStream::new(verifier.invalidated()));
        Ok(id.into())
    }

    /// Ends one, and says whether there was one of that id.
    pub(super) fn end(&self, params: Option<&str>) -> Result<Value, ErrorObjectOwned> {
        let [id] = Args::parse(params, ["subscription"])?.into_inner();
        let id = id.quantity()?;
        Ok(self.open().streams.remove(&id).is_some().into())
    }

    /// The next that a subscriber is told. Subscriptions that begin while this waits are not seen: it has to be asked anew.
    pub(super) async fn next(&self) -> Notification {
        poll_fn(|context| match self.open().streams.poll_next_unpin(context) {
            Poll::Ready(Some((id, notice))) => Poll::Ready(notification(id, notice)),
            // Without subscriptions there is nothing to wait for.
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        })
        .await
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer to whom subscribes where nothing can be pushed.
pub(super) fn needs_socket() -> ErrorObjectOwned {
    ErrorObject::borrowed(SERVER_ERROR, "subscriptions need a WebSocket", None)
}

fn notification(subscription: u64, notice: Result<Invalidated, BroadcastStreamRecvError>) -> Notification {
    let result = match notice {
        Ok(Invalidated { chain_id, checksums, from_block }) => Notice::Invalidated {
            chain_id: chain_id.to_string(),
            from_block,
            checksums: checksums.into_iter().map(B256::from).collect(),
        },
        Err(BroadcastStreamRecvError::Lagged(lagged)) => Notice::Lagged { lagged },
    };
    let params = NotificationParams { subscription, result };
    Notification { jsonrpc: "2.0", method: "interop_subscription", params }
}
