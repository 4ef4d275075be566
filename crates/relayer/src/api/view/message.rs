use alloy::primitives::{B256, Bytes, U256, keccak256};
use causeway_interop::ChainAddress;
use causeway_store::{Attempt, Initiation, MessageCost, MessageRecord};
use serde::Serialize;

use super::{
    cost::CostView,
    forms::{ChainId, Checksummed, Decimal, rfc3339_ms},
    next_step::NextStep,
    standing::Standing,
};

/// A message in a list. The fields that `causeway message list --json` has too are the same.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct MessageView {
    message_hash: B256,
    /// In the words of `causeway_client::Status`.
    status: &'static str,
    /// The store's word.
    recorded: &'static str,
    source: ChainId,
    destination: ChainId,
    nonce: Decimal,
    sender: Checksummed,
    sender_interoperable: String,
    target: Checksummed,
    target_interoperable: String,
    message: Bytes,
    payload_hash: B256,
    sent: Option<PlaceView>,
    delivered: Option<PlaceView>,
    latency_seconds: Option<u64>,
    skip_reason: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceView {
    transaction_hash: B256,
    block_number: u64,
    log_index: u32,
    timestamp: u64,
}

/// One message with everything that happened to it.
#[derive(Debug, Serialize)]
pub(in crate::api) struct TimelineView {
    #[serde(flatten)]
    message: MessageView,
    timeline: Timeline,
    costs: Vec<CostView>,
    next: NextStep,
}

#[derive(Debug, Serialize)]
struct Timeline {
    /// Where canonical blocks of the source hold it: the newest.
    initiations: Vec<InitiationView>,
    /// Our transactions for it, the oldest first; those of one nonce are versions of one.
    attempts: Vec<AttemptView>,
    delivery: Option<DeliveryView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InitiationView {
    #[serde(flatten)]
    place: PlaceView,
    block_hash: B256,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryView {
    #[serde(flatten)]
    place: PlaceView,
    block_hash: B256,
    /// Whether it was a transaction of this relayer.
    ours: bool,
}

/// All transactions of one nonce: at most one of them can land.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptView {
    chain_id: ChainId,
    signer: Checksummed,
    nonce: u64,
    versions: Vec<VersionView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionView {
    transaction_hash: B256,
    /// `signed`, `broadcast`, `included`, `failed`, `replaced` or `abandoned`.
    state: &'static str,
    signed_at: String,
    block_number: Option<u64>,
    reason: Option<String>,
    /// How many messages it carries.
    messages: usize,
}

impl MessageView {
    pub(in crate::api) fn new(record: MessageRecord, standing: Standing) -> Self {
        let (source, sent) = (U256::from(record.source), record.sent);
        let interoperable = |chain_id, address| ChainAddress { chain_id, address }.to_string();
        let payload_hash = keccak256(sent.encode_payload());
        let times = record.initiation.zip(record.delivery);
        Self {
            message_hash: record.hash,
            status: standing.as_str(),
            recorded: record.status.as_str(),
            source: ChainId(source),
            destination: ChainId(sent.destination),
            nonce: Decimal(sent.nonce),
            sender: Checksummed(sent.sender),
            sender_interoperable: interoperable(source, sent.sender),
            target: Checksummed(sent.target),
            target_interoperable: interoperable(sent.destination, sent.target),
            message: sent.message,
            payload_hash,
            sent: record.initiation.as_ref().map(initiated),
            delivered: record.delivery.as_ref().map(delivered),
            latency_seconds: times.map(|(initiation, delivery)| {
                delivery.timestamp.saturating_sub(initiation.identifier.timestamp)
            }),
            skip_reason: record.skip_reason,
        }
    }
}

impl TimelineView {
    pub(in crate::api) fn new(
        record: MessageRecord,
        standing: Standing,
        attempts: Vec<Attempt>,
        costs: &[MessageCost],
        next: NextStep,
    ) -> Self {
        let is_ours = |tx_hash| attempts.iter().any(|attempt| attempt.tx.tx_hash == tx_hash);
        let delivery = record.delivery.as_ref().map(|delivery| DeliveryView {
            place: delivered(delivery),
            block_hash: delivery.block_hash,
            ours: is_ours(delivery.tx_hash),
        });
        let initiations = record.initiation.iter().map(|initiation| InitiationView {
            place: initiated(initiation),
            block_hash: initiation.block_hash,
        });
        let timeline =
            Timeline { initiations: initiations.collect(), attempts: by_nonce(attempts), delivery };
        let costs = costs.iter().map(CostView::from).collect();
        Self { message: MessageView::new(record, standing), timeline, costs, next }
    }
}

fn initiated(initiation: &Initiation) -> PlaceView {
    let identifier = initiation.identifier;
    PlaceView {
        transaction_hash: initiation.tx_hash,
        block_number: identifier.block_number,
        log_index: identifier.log_index,
        timestamp: identifier.timestamp,
    }
}

const fn delivered(delivery: &causeway_store::Delivery) -> PlaceView {
    PlaceView {
        transaction_hash: delivery.tx_hash,
        block_number: delivery.block_number,
        log_index: delivery.log_index,
        timestamp: delivery.timestamp,
    }
}

/// The versions of each nonce together, in the order in which the first of each was signed.
fn by_nonce(attempts: Vec<Attempt>) -> Vec<AttemptView> {
    let mut views: Vec<AttemptView> = Vec::new();
    for attempt in attempts {
        let (chain_id, signer) = (ChainId::from(attempt.tx.chain_id), Checksummed(attempt.tx.signer));
        let nonce = attempt.tx.nonce;
        let version = VersionView {
            transaction_hash: attempt.tx.tx_hash,
            state: attempt.state.as_str(),
            signed_at: rfc3339_ms(attempt.tx.created_ms),
            block_number: attempt.block_number,
            reason: attempt.error,
            messages: attempt.tx.items.len(),
        };
        let known = views
            .iter_mut()
            .find(|view| (view.chain_id, view.signer, view.nonce) == (chain_id, signer, nonce));
        match known {
            Some(view) => view.versions.push(version),
            None => views.push(AttemptView { chain_id, signer, nonce, versions: vec![version] }),
        }
    }
    views
}
