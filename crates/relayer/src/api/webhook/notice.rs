use std::time::{SystemTime, UNIX_EPOCH};

use alloy::primitives::{B256, hex, keccak256};
use causeway_store::{MessageRecord, NewNews};
use serde_json::{Value, json};

use crate::{
    RelayerEvent,
    api::view::{ChainId, rfc3339},
};

/// What the receiver can tell repetitions by: the same however often, and by whichever relayer, it is told.
pub(super) fn id_of(news: &NewNews) -> String {
    id(&news.kind, news.message_hash, news.cause)
}

/// Makes what is told: of each kind and message once for each cause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notice;

impl Notice {
    fn write(kind: &str, message_hash: B256, cause: B256, data: &Value, now: SystemTime) -> NewNews {
        let body = json!({
            "id": id(kind, message_hash, cause),
            "type": format!("message.{kind}"),
            "timestamp": rfc3339(now),
            "data": data,
        });
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let created_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        NewNews { kind: kind.to_owned(), message_hash, cause, body: body.to_string(), created_ms }
    }

    /// What an event has to tell.
    pub(super) fn of_event(event: &RelayerEvent, now: SystemTime) -> Option<NewNews> {
        match event {
            RelayerEvent::Delivered { message_hash, destination, tx_hash, block_number } => {
                Some(Self::delivered(*message_hash, *destination, *tx_hash, *block_number, now))
            }
            RelayerEvent::Postponed { message_hash, destination, reason, retry_after_block } => {
                let data = json!({
                    "messageHash": message_hash,
                    "destination": ChainId::from(*destination),
                    "reason": reason,
                    "retryAfterBlock": retry_after_block,
                });
                // The same again, block after block, is no news.
                Some(Self::write("postponed", *message_hash, keccak256(reason), &data, now))
            }
            RelayerEvent::Failed { message_hash, destination, reason, tx_hash, retry_after_block } => {
                let data = json!({
                    "messageHash": message_hash,
                    "destination": ChainId::from(*destination),
                    "reason": reason,
                    "transactionHash": tx_hash,
                    "retryAfterBlock": retry_after_block,
                });
                // The same again, block after block, is no news.
                let cause = keccak256(format!("{reason}/{}", retry_after_block.is_none()));
                Some(Self::write("failed", *message_hash, cause, &data, now))
            }
            RelayerEvent::Expired { message_hash, destination } => {
                let data = json!({
                    "messageHash": message_hash,
                    "destination": ChainId::from(*destination),
                    "reason": "it is too old to be executed; sending it again makes it young",
                    "transactionHash": null,
                    "retryAfterBlock": null,
                });
                Some(Self::write("failed", *message_hash, keccak256("expired"), &data, now))
            }
            _ => None,
        }
    }

    /// A message was delivered by a transaction. Another one after a reorg is told again.
    pub(super) fn delivered(
        message_hash: B256,
        destination: u64,
        tx_hash: B256,
        block_number: u64,
        now: SystemTime,
    ) -> NewNews {
        let data = json!({
            "messageHash": message_hash,
            "destination": ChainId::from(destination),
            "transactionHash": tx_hash,
            "blockNumber": block_number,
        });
        Self::write("delivered", message_hash, tx_hash, &data, now)
    }

    /// A message will soon be too old. One that is sent again becomes young, and can grow old anew.
    pub(super) fn expiring(record: &MessageRecord, window: u64, now: SystemTime) -> Option<NewNews> {
        let sent_at = record.initiation?.identifier.timestamp;
        let data = json!({
            "messageHash": record.hash,
            "source": ChainId::from(record.source),
            "destination": ChainId(record.sent.destination),
            "sentAt": sent_at,
            "expiresAt": sent_at.saturating_add(window),
        });
        let cause = keccak256(sent_at.to_be_bytes());
        Some(Self::write("expiring", record.hash, cause, &data, now))
    }
}

fn id(kind: &str, message_hash: B256, cause: B256) -> String {
    let hash = keccak256([kind.as_bytes(), message_hash.as_slice(), cause.as_slice()].concat());
    format!("msg_{}", hex::encode(&hash[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: B256 = B256::repeat_byte(7);

    fn failed(reason: &str, retry_after_block: Option<u64>) -> NewNews {
        let (message_hash, reason) = (HASH, reason.to_owned());
        let event =
            RelayerEvent::Failed { message_hash, destination: 902, reason, tx_hash: None, retry_after_block };
        Notice::of_event(&event, SystemTime::now()).unwrap()
    }

    #[test]
    fn the_same_failure_is_told_once_and_giving_up_again() {
        let first = failed("reverts", Some(3));
        assert_eq!(id_of(&first), id_of(&failed("reverts", Some(5))));
        assert_ne!(id_of(&first), id_of(&failed("other", Some(5))));
        assert_ne!(id_of(&first), id_of(&failed("reverts", None)));
    }

    #[test]
    fn what_would_fail_is_postponed_and_told_once() {
        let of = |reason: &str, retry_after_block| {
            let (message_hash, reason) = (HASH, reason.to_owned());
            let event = RelayerEvent::Postponed { message_hash, destination: 902, reason, retry_after_block };
            Notice::of_event(&event, SystemTime::now()).unwrap()
        };
        let first = of("reverts", 3);
        assert_eq!(first.kind, "postponed");
        assert_eq!(id_of(&first), id_of(&of("reverts", 5)));
        assert_ne!(id_of(&first), id_of(&of("other", 5)));
        assert_ne!(id_of(&first), id_of(&failed("reverts", Some(3))));
    }

    #[test]
    fn a_delivery_elsewhere_is_another() {
        let of =
            |byte, number| Notice::delivered(HASH, 902, B256::repeat_byte(byte), number, SystemTime::now());
        assert_eq!(id_of(&of(1, 1)), id_of(&of(1, 2)));
        assert_ne!(id_of(&of(1, 1)), id_of(&of(2, 1)));
        let body: Value = serde_json::from_str(&of(1, 9).body).unwrap();
        assert_eq!((&body["type"], &body["data"]["blockNumber"]), (&json!("message.delivered"), &json!(9)));
        assert_eq!(body["id"], id_of(&of(1, 9)));
    }
}
