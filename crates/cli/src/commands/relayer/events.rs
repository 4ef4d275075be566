//! What a running relayer tells, one line an event.

use crate::{events::ServiceEvent, printer::Printer};
use causeway_relayer::RelayerEvent;

/// Prints an event: what matters to whoever watches. The rest is in the log.
pub(crate) fn print(event: &RelayerEvent, printer: &Printer) {
    if let Some((text, event)) = told(event.clone()) {
        printer.event(&text, &event);
    }
}

fn told(event: RelayerEvent) -> Option<(String, ServiceEvent)> {
    Some(match event {
        RelayerEvent::Delivered { message_hash, destination, tx_hash, block_number } => (
            format!("delivered    {message_hash} on {destination} in block {block_number}"),
            ServiceEvent::Delivered { message_hash, destination, transaction_hash: tx_hash, block_number },
        ),
        RelayerEvent::Failed { message_hash, destination, reason, tx_hash, retry_after_block } => {
            let next = retry_after_block
                .map_or_else(|| "given up".to_owned(), |block| format!("tried again after block {block}"));
            let text = format!("failed       {message_hash} on {destination}: {reason}; {next}");
            let transaction_hash = tx_hash;
            let event = ServiceEvent::Failed {
                message_hash,
                destination,
                reason,
                transaction_hash,
                retry_after_block,
            };
            (text, event)
        }
        RelayerEvent::Expired { message_hash, destination } => (
            format!("expired      {message_hash} on {destination}: sending it again makes it young"),
            ServiceEvent::Expired { message_hash, destination },
        ),
        RelayerEvent::Orphaned { message_hash, source } => (
            format!("orphaned     {message_hash}: a reorg of {source} took it away"),
            ServiceEvent::Orphaned { message_hash, source },
        ),
        RelayerEvent::Undelivered { message_hash, destination } => (
            format!("undelivered  {message_hash}: a reorg of {destination} took the delivery away"),
            ServiceEvent::Undelivered { message_hash, destination },
        ),
        RelayerEvent::LowBalance { chain_id, account, balance } => {
            let balance = balance.map_or_else(|| "too little".to_owned(), |wei| format!("{wei} wei"));
            let reason = format!("{account} has {balance} and cannot pay for gas");
            (chain("low-balance", chain_id, &reason), ServiceEvent::LowBalance { chain_id, reason })
        }
        RelayerEvent::Closed { chain_id, reason } => {
            (chain("closed", chain_id, &reason), ServiceEvent::Closed { chain_id, reason })
        }
        RelayerEvent::ChainOffline { chain_id, reason } => {
            (chain("offline", chain_id, &reason), ServiceEvent::Offline { chain_id, reason })
        }
        RelayerEvent::ChainOnline { chain_id } => {
            let reason = "the node answers again".to_owned();
            (chain("online", chain_id, &reason), ServiceEvent::Online { chain_id, reason })
        }
        RelayerEvent::ChainHalted { chain_id, reason } => {
            (chain("halted", chain_id, &reason), ServiceEvent::Halted { chain_id, reason })
        }
        RelayerEvent::Seen { .. }
        | RelayerEvent::Submitted { .. }
        | RelayerEvent::DeliveredEarlier { .. }
        | RelayerEvent::CaughtUp { .. } => return None,
    })
}

fn chain(event: &str, chain_id: u64, what: &str) -> String {
    format!("{event:<12} chain {chain_id}: {what}")
}
