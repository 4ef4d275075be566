//! Events as JSON, in the shapes that `causeway relayer run --json` prints and docs/events.md lists, with three more: `seen`,
//! `submitted` and `delivered-earlier`.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::forms::{ChainId, Checksummed, Decimal, rfc3339};
use crate::{ErrandEvent, GasEvent, RelayerEvent, event::ether};

/// The name of an event, and all of it as JSON.
pub(in crate::api) fn news(event: &RelayerEvent, time: SystemTime) -> (&'static str, Value) {
    let (name, mut value) = of_message(event).unwrap_or_else(|| of_chain(event));
    if let Some(object) = value.as_object_mut() {
        object.insert("event".to_owned(), name.into());
        object.insert("time".to_owned(), rfc3339(time).into());
    }
    (name, value)
}

/// What became of a message, or of a transaction for it.
fn of_message(event: &RelayerEvent) -> Option<(&'static str, Value)> {
    use RelayerEvent as E;
    let chain = |id: u64| ChainId::from(id);
    Some(match event {
        E::Seen { message_hash, source, destination, tx_hash } => (
            "seen",
            json!({
                "messageHash": message_hash,
                "source": chain(*source),
                "destination": ChainId(*destination),
                "transactionHash": tx_hash,
            }),
        ),
        E::Submitted { message_hash, destination, tx_hash, nonce, .. } => (
            "submitted",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "transactionHash": tx_hash,
                "nonce": nonce,
            }),
        ),
        E::Delivered { message_hash, destination, tx_hash, block_number } => (
            "delivered",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "transactionHash": tx_hash,
                "blockNumber": block_number,
            }),
        ),
        E::DeliveredEarlier { message_hash, destination } => {
            ("delivered-earlier", json!({ "messageHash": message_hash, "destination": chain(*destination) }))
        }
        E::Postponed { message_hash, destination, reason, retry_after_block } => (
            "postponed",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "reason": reason,
                "retryAfterBlock": retry_after_block,
            }),
        ),
        E::Failed { message_hash, destination, reason, tx_hash, retry_after_block } => (
            "failed",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "reason": reason,
                "transactionHash": tx_hash,
                "retryAfterBlock": retry_after_block,
            }),
        ),
        E::Withheld { message_hash, destination, reason, retry_after_block } => (
            "withheld",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "reason": reason,
                "retryAfterBlock": retry_after_block,
            }),
        ),
        E::Oversized { message_hash, destination, max_gas } => (
            "oversized",
            json!({ "messageHash": message_hash, "destination": chain(*destination), "maxGas": max_gas }),
        ),
        E::Expired { message_hash, destination } => {
            ("expired", json!({ "messageHash": message_hash, "destination": chain(*destination) }))
        }
        E::Resent { message_hash, source, tx_hash, block_number } => (
            "resent",
            json!({
                "messageHash": message_hash,
                "source": chain(*source),
                "transactionHash": tx_hash,
                "blockNumber": block_number,
            }),
        ),
        E::Orphaned { message_hash, source } => {
            ("orphaned", json!({ "messageHash": message_hash, "source": chain(*source) }))
        }
        E::Undelivered { message_hash, destination } => {
            ("undelivered", json!({ "messageHash": message_hash, "destination": chain(*destination) }))
        }
        E::TakenUp { message_hash, destination } => {
            ("taken-up", json!({ "messageHash": message_hash, "destination": chain(*destination) }))
        }
        E::Cancelled { message_hash, destination, nonce, .. } => (
            "cancelled",
            json!({ "messageHash": message_hash, "destination": chain(*destination), "nonce": nonce }),
        ),
        E::Replaced { message_hash, destination, tx_hash, nonce, block_number, .. } => (
            "replaced",
            json!({
                "messageHash": message_hash,
                "destination": chain(*destination),
                "transactionHash": tx_hash,
                "nonce": nonce,
                "blockNumber": block_number,
            }),
        ),
        _ => return None,
    })
}

/// What became of a chain, its node, or an account on it.
fn of_chain(event: &RelayerEvent) -> (&'static str, Value) {
    use RelayerEvent as E;
    let of = |name, chain_id: &u64, reason: String| {
        (name, json!({ "chainId": ChainId::from(*chain_id), "reason": reason }))
    };
    let in_words = || event.reason().unwrap_or_default();
    match event {
        E::LowBalance { chain_id, account, balance } => {
            let has = balance.map_or_else(|| "too little".to_owned(), ether);
            let (name, mut value) =
                of("low-balance", chain_id, format!("{account} has {has} and cannot pay for gas"));
            value["account"] = json!(Checksummed(*account));
            value["balance"] = json!(balance.map(Decimal));
            (name, value)
        }
        E::AccountBusy { chain_id, account, first_nonce, next_nonce, blocks } => {
            let reason = format!(
                "transactions of {account} with nonces from {first_nonce} to below {next_nonce} that are not this \
                 relayer's wait in the pool, for {blocks} blocks"
            );
            let (name, mut value) = of("account-busy", chain_id, reason);
            value["account"] = json!(Checksummed(*account));
            (name, value)
        }
        E::ToppedUp { chain_id, signer, account, amount, tx_hash, block_number } => {
            let (name, mut value) = of("topped-up", chain_id, in_words());
            value["signer"] = json!(Checksummed(*signer));
            value["account"] = json!(Checksummed(*account));
            value["amount"] = json!(Decimal(*amount));
            value["transactionHash"] = json!(tx_hash);
            value["blockNumber"] = json!(block_number);
            (name, value)
        }
        E::TopUpCapped { chain_id, signer, spent, cap } => {
            let (name, mut value) = of("top-up-capped", chain_id, in_words());
            value["signer"] = json!(Checksummed(*signer));
            value["spent"] = json!(Decimal(*spent));
            value["cap"] = json!(Decimal(*cap));
            (name, value)
        }
        E::TopUpUnfunded { chain_id, signer, account, balance } => {
            let (name, mut value) = of("top-up-unfunded", chain_id, in_words());
            value["signer"] = json!(Checksummed(*signer));
            value["account"] = json!(Checksummed(*account));
            value["balance"] = json!(Decimal(*balance));
            (name, value)
        }
        E::SignerUnwell { chain_id, account, since, reason } => {
            let (name, mut value) =
                of("signer-unwell", chain_id, format!("{account} does not sign: {reason}"));
            value["account"] = json!(Checksummed(*account));
            value["since"] = json!(rfc3339(*since));
            (name, value)
        }
        E::SignerWell { chain_id, account } => {
            let (name, mut value) = of("signer-well", chain_id, format!("{account} signs again"));
            value["account"] = json!(Checksummed(*account));
            (name, value)
        }
        E::ResendCapped { chain_id, .. } => of("resend-capped", chain_id, in_words()),
        E::ResendUnfunded { chain_id, .. } => of("resend-unfunded", chain_id, in_words()),
        E::ResendImpossible { chain_id, .. } => of("resend-impossible", chain_id, in_words()),
        E::Errand(errand) => of_errand(errand),
        E::Gas(gas @ GasEvent::Dear { .. }) => of("gas-dear", &gas.chain_id(), gas.reason()),
        E::Gas(gas @ GasEvent::Fair { .. }) => of("gas-fair", &gas.chain_id(), gas.reason()),
        E::Source(source) => {
            let (chain_id, source_id) = source.chains();
            let (name, mut value) = of(source.name(), &chain_id, source.reason());
            value["source"] = json!(ChainId::from(source_id));
            (name, value)
        }
        E::Closed { chain_id, reason } => of("closed", chain_id, reason.clone()),
        E::Opened { chain_id } => of("opened", chain_id, "the chain takes messages again".to_owned()),
        E::NodeUnwell { chain_id, reason } => of("unwell", chain_id, reason.clone()),
        E::NodeWell { chain_id } => {
            of("well", chain_id, "the node judges messages and takes transactions again".to_owned())
        }
        E::CaughtUp { chain_id, block_number } => {
            let (name, mut value) =
                of("caught-up", chain_id, "all blocks up to the head are known".to_owned());
            value["blockNumber"] = json!(block_number);
            (name, value)
        }
        E::ChainOffline { chain_id, reason } => of("offline", chain_id, reason.clone()),
        E::ChainOnline { chain_id } => of("online", chain_id, "the chain's node answers again".to_owned()),
        E::ChainHalted { chain_id, reason } => of("halted", chain_id, reason.clone()),
        E::SafetyUnknown { chain_id, reason } => of("safety-unknown", chain_id, reason.clone()),
        E::SafetyKnown { chain_id } => {
            of("safety-known", chain_id, "it is known again which blocks are safe".to_owned())
        }
        E::Capped { chain_id, source, gas, cap } => {
            let from = source.map(|source| format!(" from {source}")).unwrap_or_default();
            of(
                "capped",
                chain_id,
                format!("{gas} gas in the past hour, of {cap}: nothing new{from} is signed"),
            )
        }
        E::NonceGap { chain_id, from, to } => {
            ("nonce-gap", json!({ "chainId": chain_id, "from": from.to_string(), "to": to.to_string() }))
        }
        E::StoreUnwell { reason } => ("store-unwell", json!({ "reason": reason })),
        E::ScreeningUnread { reason } => ("screening-unread", json!({ "reason": reason })),
        E::ScreeningRead { denied, allowed } => {
            ("screening-read", json!({ "denied": denied, "allowed": allowed }))
        }
        E::StandingBy { holder } => ("standing-by", json!({ "holder": holder })),
        E::Active => ("active", json!({})),
        E::ChainTaken { chain_id } => {
            of("taken", chain_id, "this relayer works for the chain from now on".to_owned())
        }
        E::ChainLeft { chain_id, why } => of("left", chain_id, why.reason().to_owned()),
        E::StoreWell => ("store-well", json!({ "reason": "the database answers again" })),
        // Those of messages are told before; what is new says at least that it was.
        _ => ("other", json!({})),
    }
}

/// What became of a transaction that delivers nothing.
fn of_errand(event: &ErrandEvent) -> (&'static str, Value) {
    let reason = event.reason();
    match event {
        ErrandEvent::Foreign { chain_id, account, nonce, block_number, .. } => (
            "foreign",
            json!({
                "chainId": ChainId::from(*chain_id),
                "reason": reason,
                "account": Checksummed(*account),
                "nonce": nonce,
                "blockNumber": block_number,
            }),
        ),
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{Address, B256, U256};

    use super::*;

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
            let (name, value) = news(&event, SystemTime::UNIX_EPOCH);
            let reason = value["reason"].as_str().unwrap();
            assert!(reason.contains("0.05 ETH") && !reason.contains("wei"), "{name}: {reason}");
            assert_eq!(value[field], "50000000000000000", "{name}");
        }
    }
}
