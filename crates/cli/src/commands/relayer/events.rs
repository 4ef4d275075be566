//! What a running relayer tells, one line an event.

use crate::printer::Printer;
use causeway_relayer::RelayerEvent;
use serde_json::json;

/// Prints an event: what matters to whoever watches. The rest is in the log.
pub(crate) fn print(event: &RelayerEvent, printer: &Printer) {
    match event {
        RelayerEvent::Delivered { message_hash, destination, tx_hash, block_number } => printer.event(
            &format!("delivered    {message_hash} on {destination} in block {block_number}"),
            &json!({
                "event": "delivered",
                "messageHash": message_hash,
                "destination": destination,
                "transactionHash": tx_hash,
                "blockNumber": block_number,
            }),
        ),
        RelayerEvent::Failed { message_hash, destination, reason, tx_hash, retry_after_block } => {
            let next = retry_after_block
                .map_or_else(|| "given up".to_owned(), |block| format!("tried again after block {block}"));
            printer.event(
                &format!("failed       {message_hash} on {destination}: {reason}; {next}"),
                &json!({
                    "event": "failed",
                    "messageHash": message_hash,
                    "destination": destination,
                    "reason": reason,
                    "transactionHash": tx_hash,
                    "retryAfterBlock": retry_after_block,
                }),
            );
        }
        RelayerEvent::Expired { message_hash, destination } => printer.event(
            &format!("expired      {message_hash} on {destination}: sending it again makes it young"),
            &json!({ "event": "expired", "messageHash": message_hash, "destination": destination }),
        ),
        RelayerEvent::Orphaned { message_hash, source } => printer.event(
            &format!("orphaned     {message_hash}: a reorg of {source} took it away"),
            &json!({ "event": "orphaned", "messageHash": message_hash, "source": source }),
        ),
        RelayerEvent::Undelivered { message_hash, destination } => printer.event(
            &format!("undelivered  {message_hash}: a reorg of {destination} took the delivery away"),
            &json!({ "event": "undelivered", "messageHash": message_hash, "destination": destination }),
        ),
        RelayerEvent::LowBalance { chain_id, account, balance } => {
            let balance = balance.map_or_else(|| "too little".to_owned(), |wei| format!("{wei} wei"));
            chain(
                printer,
                "low-balance",
                *chain_id,
                &format!("{account} has {balance} and cannot pay for gas"),
            );
        }
        RelayerEvent::Closed { chain_id, reason } => chain(printer, "closed", *chain_id, reason),
        RelayerEvent::ChainOffline { chain_id, reason } => chain(printer, "offline", *chain_id, reason),
        RelayerEvent::ChainOnline { chain_id } => {
            chain(printer, "online", *chain_id, "the node answers again");
        }
        RelayerEvent::ChainHalted { chain_id, reason } => chain(printer, "halted", *chain_id, reason),
        RelayerEvent::Seen { .. }
        | RelayerEvent::Submitted { .. }
        | RelayerEvent::DeliveredEarlier { .. }
        | RelayerEvent::CaughtUp { .. } => {}
    }
}

fn chain(printer: &Printer, event: &str, chain_id: u64, what: &str) {
    printer.event(
        &format!("{event:<12} chain {chain_id}: {what}"),
        &json!({ "event": event, "chainId": chain_id, "reason": what }),
    );
}
