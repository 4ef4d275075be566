use super::{args::Args, call_error::invalid_parameter, service::Service};
use crate::Invalidated;
use alloy_primitives::B256;
use jsonrpsee_server::{
    PendingSubscriptionSink, RegisterMethodError, RpcModule, SubscriptionSink, types::Params,
};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// What subscribers are told.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Notice {
    /// Verdicts of *valid* that a reorg has overturned.
    Invalidated { chain_id: String, from_block: u64, checksums: Vec<B256> },
    /// The subscriber was too slow: so many notices are lost, and whatever it relies on it has to check again.
    Lagged { lagged: u64 },
}

pub(super) fn register(module: &mut RpcModule<Service>) -> Result<(), RegisterMethodError> {
    module.register_subscription(
        "interop_subscribe",
        "interop_subscription",
        "interop_unsubscribe",
        |params, pending, service, _| subscribe(params, pending, service),
    )?;
    Ok(())
}

async fn subscribe(params: Params<'static>, pending: PendingSubscriptionSink, service: Arc<Service>) {
    if let Err(error) = topic(&params) {
        pending.reject(error).await;
        return;
    }
    // From before the answer on, so that nothing falls in between.
    let notices = service.verifier.invalidated();
    if let Ok(sink) = pending.accept().await {
        forward(notices, sink).await;
    }
}

fn topic(params: &Params<'_>) -> Result<(), jsonrpsee_server::types::ErrorObjectOwned> {
    let [topic] = Args::parse(params.as_str(), ["topic"])?.into_inner();
    match topic.text("the topic invalidated")?.as_ref() {
        "invalidated" => Ok(()),
        other => Err(invalid_parameter("topic", &format!("expected the topic invalidated, got {other:?}"))),
    }
}

async fn forward(mut notices: Receiver<Invalidated>, sink: SubscriptionSink) {
    loop {
        let notice = tokio::select! {
            () = sink.closed() => return,
            notice = notices.recv() => notice,
        };
        let notice = match notice {
            Ok(Invalidated { chain_id, checksums, from_block }) => Notice::Invalidated {
                chain_id: chain_id.to_string(),
                from_block,
                checksums: checksums.into_iter().map(B256::from).collect(),
            },
            Err(RecvError::Lagged(lagged)) => Notice::Lagged { lagged },
            Err(RecvError::Closed) => return,
        };
        let Ok(notice) = serde_json::value::to_raw_value(&notice) else { return };
        if sink.send(notice).await.is_err() {
            return;
        }
    }
}
