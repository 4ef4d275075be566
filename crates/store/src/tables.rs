//! The tables of a store, as far as they are copied.

use Kind::{Blob, Int, Text};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Numbers that are in order.
    pub(crate) key: &'static [&'static str],
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// The key, if the database counts it on.
    pub(crate) counter: Option<&'static str>,
}

/// All but the leases and the signers, which are a relayer's at work, where it was moved to, the changes and the heads of sources, which only those who are at work need,
/// the row that writers of news wait for each other at, and the id: what is copied is another store. What refers to another table comes after it.
pub(crate) const TABLES: [Table; 13] = [
    Table {
        name: "blocks",
        key: &["chain_id", "number"],
        columns: &[
            ("chain_id", Int),
            ("number", Int),
            ("hash", Blob),
            ("parent_hash", Blob),
            ("timestamp", Int),
        ],
        counter: None,
    },
    Table {
        name: "messages",
        key: &["seq"],
        columns: &[
            ("seq", Int),
            ("hash", Blob),
            ("source", Int),
            ("destination", Blob),
            ("nonce", Blob),
            ("sender", Blob),
            ("target", Blob),
            ("message", Blob),
            ("delivered", Int),
            ("skip_reason", Text),
            ("forgiven", Int),
        ],
        counter: Some("seq"),
    },
    Table {
        name: "initiations",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("message", Int),
            ("chain_id", Int),
            ("block_number", Int),
            ("block_hash", Blob),
            ("timestamp", Int),
            ("log_index", Int),
            ("tx_hash", Blob),
        ],
        counter: Some("id"),
    },
    Table {
        name: "deliveries",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("message_hash", Blob),
            ("source", Blob),
            ("nonce", Blob),
            ("chain_id", Int),
            ("block_number", Int),
            ("block_hash", Blob),
            ("timestamp", Int),
            ("log_index", Int),
            ("tx_hash", Blob),
        ],
        counter: Some("id"),
    },
    Table {
        name: "attempts",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("tx_hash", Blob),
            ("chain_id", Int),
            ("signer", Blob),
            ("nonce", Int),
            ("raw_tx", Blob),
            ("state", Text),
            ("block_number", Int),
            ("error", Text),
            ("created_ms", Int),
            ("block_hash", Blob),
            ("landed_at", Int),
            ("gas_used", Int),
            ("gas_price", Blob),
            ("fee_gwei", Int),
            ("fee_rest", Int),
            ("l1_fee", Blob),
            ("gas_refund", Int),
            ("cost_missing", Int),
            ("recorded_at", Int),
        ],
        counter: Some("id"),
    },
    Table {
        name: "attempt_messages",
        key: &["message", "attempt"],
        columns: &[
            ("message", Int),
            ("attempt", Int),
            ("position", Int),
            ("gas_limit", Int),
            ("error", Text),
            ("gas_share", Int),
            ("fee_gwei", Int),
            ("fee_rest", Int),
        ],
        counter: None,
    },
    Table {
        name: "overheads",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("tx_hash", Blob),
            ("chain_id", Int),
            ("signer", Blob),
            ("nonce", Int),
            ("block_number", Int),
            ("block_hash", Blob),
            ("landed_at", Int),
            ("gas_used", Int),
            ("fee_gwei", Int),
            ("fee_rest", Int),
            ("useful", Int),
        ],
        counter: Some("id"),
    },
    Table {
        name: "holds",
        key: &["message"],
        columns: &[("message", Int), ("chain_id", Int), ("signer", Blob), ("nonce", Int)],
        counter: None,
    },
    Table {
        name: "decisions",
        key: &["id"],
        columns: &[("id", Int), ("message_hash", Blob)],
        counter: Some("id"),
    },
    Table {
        name: "news",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("kind", Text),
            ("message_hash", Blob),
            ("cause", Blob),
            ("body", Text),
            ("created_ms", Int),
        ],
        counter: Some("id"),
    },
    Table {
        name: "news_readers",
        key: &["id"],
        columns: &[("id", Int), ("reader", Blob), ("position", Int)],
        counter: Some("id"),
    },
    Table {
        name: "errands",
        key: &["id"],
        columns: &[
            ("id", Int),
            ("chain_id", Int),
            ("account", Blob),
            ("nonce", Int),
            ("kind", Text),
            ("subject", Blob),
            ("amount", Blob),
            ("state", Text),
            ("block_number", Int),
            ("created_ms", Int),
            ("ended_ms", Int),
            ("recorded_at", Int),
        ],
        counter: Some("id"),
    },
    Table {
        name: "errand_versions",
        key: &["id"],
        columns: &[("id", Int), ("errand", Int), ("tx_hash", Blob), ("raw_tx", Blob)],
        counter: Some("id"),
    },
];
