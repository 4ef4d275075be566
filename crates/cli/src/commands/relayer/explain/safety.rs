//! How safe the block of a message has to become before the relayer takes it.

use super::super::nodes::Nodes;
use crate::context::Context;
use alloy::{eips::BlockNumberOrTag, primitives::U256, providers::Provider};
use causeway_chain::{ConnectOptions, connect};
use causeway_client::{NodeFault, SafetyLevel, safety_heads};
use causeway_store::MessageRecord;

/// What the message waits for, in words, if its route wants more than its block is by now. What cannot be asked is said.
pub(super) async fn unsettled(
    record: &MessageRecord,
    nodes: &Nodes,
    context: &Context<'_>,
) -> Option<String> {
    let number = record.initiation?.identifier.block_number;
    let destination = u64::try_from(record.sent.destination).ok()?;
    let level = context.loaded.config.relayer.routes().safety(record.source, destination);
    if level == SafetyLevel::Unsafe {
        return None;
    }
    let newest = newest(record.source, level, nodes, context).await;
    if matches!(newest, Ok(Some(newest)) if number <= newest) {
        return None;
    }
    let far = match newest {
        Ok(Some(newest)) => format!("the newest that is: {newest}"),
        Ok(None) => "none is named".to_owned(),
        Err(why) => format!("how far that is cannot be told: {why}"),
    };
    Some(format!("it waits until its source block {number} is {level} ({far})"))
}

/// The newest block of the source that is so safe, as whoever the relayer asks says.
async fn newest(
    source: u64,
    level: SafetyLevel,
    nodes: &Nodes,
    context: &Context<'_>,
) -> Result<Option<u64>, String> {
    if let Some(endpoint) = context.loaded.config.relayer.verifier() {
        let verifier = connect(endpoint, &ConnectOptions::default()).map_err(|error| error.to_string())?;
        let heads = safety_heads(&verifier, source).await.map_err(|fault| fault.reason)?;
        return Ok(heads.at(level).map(|block| block.number));
    }
    let tag = match level {
        SafetyLevel::Safe => BlockNumberOrTag::Safe,
        SafetyLevel::Finalized => BlockNumberOrTag::Finalized,
        _ => return Err("only a verifier can tell, and none is named".to_owned()),
    };
    let chain = nodes.chain(U256::from(source))?;
    let block = chain
        .client
        .provider()
        .get_block_by_number(tag)
        .await
        .map_err(|error| NodeFault::read(&error).reason)?;
    Ok(block.map(|block| block.header.number))
}
