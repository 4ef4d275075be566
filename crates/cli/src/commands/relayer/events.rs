//! What a running relayer tells, one line an event.

use crate::{
    amount::Currency,
    events::{ChainNews, MessageNews, ServiceEvent},
    json::{Checksummed, decimal},
    log_line,
    printer::Printer,
};
use alloy::primitives::U256;
use causeway_relayer::{ErrandEvent, GasEvent, RelayerEvent, SourceEvent};

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
            ServiceEvent::Delivered {
                message_hash,
                destination: destination.into(),
                transaction_hash: tx_hash,
                block_number,
            },
        ),
        RelayerEvent::Postponed { message_hash, destination, reason, retry_after_block } => {
            let text = format!(
                "postponed    {message_hash} on {destination}: {reason}; tried again after block {retry_after_block}"
            );
            let destination = destination.into();
            (text, ServiceEvent::Postponed { message_hash, destination, reason, retry_after_block })
        }
        RelayerEvent::Failed { message_hash, destination, reason, tx_hash, retry_after_block } => {
            let next = retry_after_block
                .map_or_else(|| "given up".to_owned(), |block| format!("tried again after block {block}"));
            let text = format!("failed       {message_hash} on {destination}: {reason}; {next}");
            let transaction_hash = tx_hash;
            let event = ServiceEvent::Failed {
                message_hash,
                destination: destination.into(),
                reason,
                transaction_hash,
                retry_after_block,
            };
            (text, event)
        }
        RelayerEvent::Expired { message_hash, destination } => (
            format!("expired      {message_hash} on {destination}: sending it again makes it young"),
            ServiceEvent::Expired(MessageNews { message_hash, destination: destination.into() }),
        ),
        RelayerEvent::Orphaned { message_hash, source } => (
            format!("orphaned     {message_hash}: a reorg of {source} took it away"),
            ServiceEvent::Orphaned { message_hash, source: source.into() },
        ),
        RelayerEvent::Undelivered { message_hash, destination } => (
            format!("undelivered  {message_hash}: a reorg of {destination} took the delivery away"),
            ServiceEvent::Undelivered(MessageNews { message_hash, destination: destination.into() }),
        ),
        RelayerEvent::Withheld { message_hash, destination, reason, retry_after_block } => {
            let text = format!(
                "withheld     {message_hash} on {destination}: {reason}; looked at again after block {retry_after_block}"
            );
            let destination = destination.into();
            (text, ServiceEvent::Withheld { message_hash, destination, reason, retry_after_block })
        }
        RelayerEvent::Oversized { message_hash, destination, max_gas } => {
            let text =
                format!("oversized    {message_hash} on {destination}: it takes more than {max_gas} gas");
            (text, ServiceEvent::Oversized { message_hash, destination: destination.into(), max_gas })
        }
        RelayerEvent::Capped { chain_id, source, gas, cap } => {
            let from = source.map(|source| format!(" from {source}")).unwrap_or_default();
            let reason = format!("{gas} gas in the past hour, of {cap}: nothing new{from} is signed");
            chain("capped", ServiceEvent::Capped, chain_id, reason)
        }
        RelayerEvent::LowBalance { chain_id, account, balance } => {
            let has = balance.map_or_else(|| "too little".to_owned(), ether);
            let reason = format!("{account} has {has} and cannot pay for gas");
            let event = ServiceEvent::LowBalance {
                chain_id: chain_id.into(),
                reason: reason.clone(),
                account: Checksummed(account),
                balance: balance.map(decimal),
            };
            (line("low-balance", chain_id, &reason), event)
        }
        RelayerEvent::ToppedUp { .. }
        | RelayerEvent::TopUpCapped { .. }
        | RelayerEvent::TopUpUnfunded { .. } => return topped_up(event),
        RelayerEvent::SignerUnwell { chain_id, account, since, reason } => {
            let text = format!("signer-unwell chain {chain_id}: {account} does not sign: {reason}");
            let event = ServiceEvent::SignerUnwell {
                chain_id: chain_id.into(),
                account: Checksummed(account),
                since: log_line::at(since),
                reason,
            };
            (text, event)
        }
        RelayerEvent::SignerWell { chain_id, account } => {
            let text = format!("signer-well  chain {chain_id}: {account} signs again");
            let account = Checksummed(account);
            (text, ServiceEvent::SignerWell { chain_id: chain_id.into(), account })
        }
        RelayerEvent::Resent { message_hash, source, tx_hash, block_number } => (
            format!("resent       {message_hash} on {source} in block {block_number}: it had expired"),
            ServiceEvent::Resent {
                message_hash,
                source: source.into(),
                transaction_hash: tx_hash,
                block_number,
            },
        ),
        RelayerEvent::ResendCapped { chain_id, .. } => {
            chain("resend-capped", ServiceEvent::ResendCapped, chain_id, in_words(&event))
        }
        RelayerEvent::ResendUnfunded { chain_id, .. } => {
            chain("resend-unfunded", ServiceEvent::ResendUnfunded, chain_id, in_words(&event))
        }
        RelayerEvent::ResendImpossible { chain_id, .. } => {
            chain("resend-impossible", ServiceEvent::ResendImpossible, chain_id, in_words(&event))
        }
        RelayerEvent::Errand(event) => errand(&event),
        RelayerEvent::Gas(event @ GasEvent::Dear { chain_id, .. }) => {
            chain("gas-dear", ServiceEvent::GasDear, chain_id, event.reason())
        }
        RelayerEvent::Gas(event @ GasEvent::Fair { chain_id }) => {
            chain("gas-fair", ServiceEvent::GasFair, chain_id, event.reason())
        }
        RelayerEvent::Source(event) => source(&event),
        RelayerEvent::Closed { chain_id, reason } => chain("closed", ServiceEvent::Closed, chain_id, reason),
        RelayerEvent::TakenUp { message_hash, destination } => (
            format!("taken-up     {message_hash} on {destination}: a reorg took back what had ended it"),
            ServiceEvent::TakenUp(MessageNews { message_hash, destination: destination.into() }),
        ),
        RelayerEvent::Replaced { message_hash, destination, tx_hash, nonce, block_number, .. } => (
            format!(
                "replaced     {message_hash} on {destination}: block {block_number} has another transaction of the \
                 account with nonce {nonce}; does somebody else use its key?"
            ),
            ServiceEvent::Replaced {
                message_hash,
                destination: destination.into(),
                transaction_hash: tx_hash,
                nonce,
                block_number,
            },
        ),
        RelayerEvent::Cancelled { message_hash, destination, nonce, .. } => {
            let what = message_hash.map_or_else(|| "a transaction".to_owned(), |hash| hash.to_string());
            let text = format!(
                "cancelled    {what} on {destination}: nonce {nonce} goes to a transaction that does nothing"
            );
            (text, ServiceEvent::Cancelled { message_hash, destination: destination.into(), nonce })
        }
        RelayerEvent::AccountBusy { chain_id, account, first_nonce, next_nonce, blocks } => {
            let hint = match blocks {
                0 => "nothing is signed before they are in blocks".to_owned(),
                _ => format!(
                    "none was in the last {blocks} blocks; if they never will be, replace them from nonce \
                     {first_nonce} on, with higher fees"
                ),
            };
            let waiting = next_nonce.saturating_sub(first_nonce);
            let reason = format!(
                "up to {waiting} transactions of {account} that are not this relayer's wait in the pool: {hint}"
            );
            chain("account-busy", ServiceEvent::AccountBusy, chain_id, reason)
        }
        RelayerEvent::NodeUnwell { chain_id, reason } => {
            chain("unwell", ServiceEvent::Unwell, chain_id, reason)
        }
        RelayerEvent::NodeWell { chain_id } => {
            let reason = "the node judges messages and takes transactions again".to_owned();
            chain("well", ServiceEvent::Well, chain_id, reason)
        }
        RelayerEvent::Opened { chain_id } => {
            let reason = "it takes messages again".to_owned();
            chain("opened", ServiceEvent::Opened, chain_id, reason)
        }
        RelayerEvent::ChainOffline { chain_id, reason } => {
            chain("offline", ServiceEvent::Offline, chain_id, reason)
        }
        RelayerEvent::ChainOnline { chain_id } => {
            let reason = "the node answers again".to_owned();
            chain("online", ServiceEvent::Online, chain_id, reason)
        }
        RelayerEvent::ChainHalted { chain_id, reason } => {
            chain("halted", ServiceEvent::Halted, chain_id, reason)
        }
        RelayerEvent::SafetyUnknown { chain_id, reason } => {
            chain("safety-unknown", ServiceEvent::SafetyUnknown, chain_id, reason)
        }
        RelayerEvent::SafetyKnown { chain_id } => {
            let reason = "it is known again which blocks are safe".to_owned();
            chain("safety-known", ServiceEvent::SafetyKnown, chain_id, reason)
        }
        RelayerEvent::StandingBy { holder } => {
            (format!("standing by  {holder} works"), ServiceEvent::StandingBy { holder })
        }
        RelayerEvent::ChainTaken { chain_id } => {
            let reason = "this relayer works for the chain from now on".to_owned();
            chain("taken", ServiceEvent::Taken, chain_id, reason)
        }
        RelayerEvent::ChainLeft { chain_id, why } => {
            chain("left", ServiceEvent::Left, chain_id, why.reason().to_owned())
        }
        RelayerEvent::Active => (
            "active       of the relayers on the database, this one works, too".to_owned(),
            ServiceEvent::Active {},
        ),
        RelayerEvent::StoreUnwell { reason } => {
            let text = format!("store-unwell {reason}: nothing is sent until the database is back");
            (text, ServiceEvent::StoreUnwell { reason })
        }
        RelayerEvent::NonceGap { chain_id, from, to } => {
            let text = format!(
                "nonce-gap    {chain_id}: its node left messages out, those with the nonces {from} to {to}"
            );
            let (from, to) = (from.to_string(), to.to_string());
            (text, ServiceEvent::NonceGap { chain_id: chain_id.into(), from, to })
        }
        RelayerEvent::ScreeningUnread { reason } => {
            let text = format!("screening    the one from before counts: {reason}");
            (text, ServiceEvent::ScreeningUnread { reason })
        }
        RelayerEvent::ScreeningRead { denied, allowed } => {
            let text = format!("screening    the list was read again: {denied} denied, {allowed} allowed");
            (text, ServiceEvent::ScreeningRead { denied, allowed })
        }
        RelayerEvent::StoreWell => {
            ("store-well   the database is back".to_owned(), ServiceEvent::StoreWell {})
        }
        RelayerEvent::Seen { .. }
        | RelayerEvent::Submitted { .. }
        | RelayerEvent::DeliveredEarlier { .. }
        | RelayerEvent::CaughtUp { .. } => return None,
    })
}

/// What became of a signer's need of ether.
fn topped_up(event: RelayerEvent) -> Option<(String, ServiceEvent)> {
    let reason = in_words(&event);
    Some(match event {
        RelayerEvent::ToppedUp { chain_id, signer, account, amount, tx_hash, block_number } => {
            let text = format!("{} in block {block_number}", line("topped-up", chain_id, &reason));
            let event = ServiceEvent::ToppedUp {
                chain_id: chain_id.into(),
                reason,
                signer: Checksummed(signer),
                account: Checksummed(account),
                amount: decimal(amount),
                transaction_hash: tx_hash,
                block_number,
            };
            (text, event)
        }
        RelayerEvent::TopUpCapped { chain_id, signer, spent, cap } => {
            let text = line("top-up-capped", chain_id, &reason);
            let event = ServiceEvent::TopUpCapped {
                chain_id: chain_id.into(),
                reason,
                signer: Checksummed(signer),
                spent: decimal(spent),
                cap: decimal(cap),
            };
            (text, event)
        }
        RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance } => {
            let text = line("top-up-unfunded", chain_id, &reason);
            let event = ServiceEvent::TopUpUnfunded {
                chain_id: chain_id.into(),
                reason,
                signer: Checksummed(signer),
                account: Checksummed(account),
                balance: decimal(balance),
            };
            (text, event)
        }
        _ => return None,
    })
}

/// What became of a transaction that delivers nothing.
fn errand(event: &ErrandEvent) -> (String, ServiceEvent) {
    let reason = event.reason();
    match *event {
        ErrandEvent::Foreign { chain_id, account, nonce, block_number, .. } => {
            let text = line("foreign", chain_id, &reason);
            let (chain_id, account) = (chain_id.into(), Checksummed(account));
            (text, ServiceEvent::Foreign { chain_id, reason, account, nonce, block_number })
        }
    }
}

/// What an event says in words.
fn in_words(event: &RelayerEvent) -> String {
    event.reason().unwrap_or_default()
}

/// Whether a chain takes the newest messages of a source.
fn source(event: &SourceEvent) -> (String, ServiceEvent) {
    let ((chain_id, source), reason) = (event.chains(), event.reason());
    let text = line(event.name(), chain_id, &reason);
    let (chain_id, source) = (chain_id.into(), source.into());
    let event = match event {
        SourceEvent::NotReady { .. } => ServiceEvent::SourceNotReady { chain_id, source, reason },
        SourceEvent::Ready { .. } => ServiceEvent::SourceReady { chain_id, source, reason },
    };
    (text, event)
}

fn ether(wei: U256) -> String {
    Currency::eth().show(wei)
}

/// A line about a chain.
fn line(name: &str, chain_id: u64, reason: &str) -> String {
    format!("{name:<12} chain {chain_id}: {reason}")
}

/// What there is to say of a chain, by the name of the event and its kind.
fn chain(
    name: &str,
    event: impl Fn(ChainNews) -> ServiceEvent,
    chain_id: u64,
    reason: String,
) -> (String, ServiceEvent) {
    let text = line(name, chain_id, &reason);
    (text, event(ChainNews { chain_id: chain_id.into(), reason }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::{Address, B256};

    #[test]
    fn amounts_are_told_in_ether_and_stand_beside_it_in_wei() {
        let (signer, account) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let (wei, chain_id) = (U256::from(50_000_000_000_000_000_u64), 902);
        let low = RelayerEvent::LowBalance { chain_id, account, balance: Some(wei) };
        let (tx_hash, block_number) = (B256::ZERO, 7);
        let given = RelayerEvent::ToppedUp { chain_id, signer, account, amount: wei, tx_hash, block_number };
        let capped = RelayerEvent::TopUpCapped { chain_id, signer, spent: U256::ZERO, cap: wei };
        let unfunded = RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance: wei };
        for (event, field) in [(low, "balance"), (given, "amount"), (capped, "cap"), (unfunded, "balance")] {
            let (text, event) = told(event).unwrap();
            assert!(text.contains("0.05 ETH") && !text.contains("wei"), "{text}");
            let line: serde_json::Value = serde_json::from_str(&event.line()).unwrap();
            assert_eq!(line[field], "50000000000000000", "{line}");
        }
    }

    #[test]
    fn a_database_that_is_away_is_told_of_and_that_it_is_back() {
        let name = |event| {
            let (text, event) = told(event).unwrap();
            let line: serde_json::Value = serde_json::from_str(&event.line()).unwrap();
            (line["event"].as_str().unwrap().to_owned(), line["reason"].clone(), text)
        };
        let (event, reason, text) = name(RelayerEvent::StoreUnwell { reason: "locked".to_owned() });
        assert_eq!((event.as_str(), reason.as_str()), ("store-unwell", Some("locked")));
        assert!(text.contains("locked"), "{text}");
        assert_eq!(name(RelayerEvent::StoreWell).0, "store-well");
    }
}
