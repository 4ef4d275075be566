//! What both chains say of a message in the database.

use super::nodes::Nodes;
use crate::{context::Context, why::Why};
use alloy::primitives::U256;
use causeway_client::diagnosis::Subject;
use causeway_devnet::Network;
use causeway_store::MessageRecord;

/// Asks both chains what stands against the delivery.
pub(super) async fn ask(
    record: &MessageRecord,
    nodes: &Nodes,
    network: Option<&Network>,
    context: &Context<'_>,
) -> Result<Why, String> {
    let at = record.initiation.ok_or("no block of its source has it")?;
    let end = |what: &str, id: U256| {
        nodes.chain(id).map_err(|why| format!("the {what} {} cannot be asked: {why}", nodes.label(id)))
    };
    let to = end("destination", record.sent.destination)?;
    let from = end("source", U256::from(record.source))?;
    let subject = Subject { message: &record.sent, identifier: at.identifier, tx_hash: at.tx_hash };
    Ok(Why::ask(record.hash, &subject, [from, to], None, network, context).await)
}
