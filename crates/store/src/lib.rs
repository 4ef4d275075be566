#![doc = include_str!("../README.md")]

mod attempt;
mod attempt_rows;
mod attempts;
mod backlog;
mod blocks;
mod changes;
mod codec;
mod connect;
mod cost;
mod costs;
mod database;
mod decisions;
mod errand;
mod errands;
mod error;
mod experience;
mod fault;
mod files;
mod heads;
mod insert;
mod lease;
mod leases;
mod ledger;
mod lock;
mod message;
mod messages;
mod migrate;
mod migrations;
mod news;
mod nonces;
mod open;
mod open_error;
mod overheads;
mod places;
mod revert;
mod seen_block;
mod signers;
mod store;
mod tables;
#[cfg(feature = "test-utils")]
#[expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
pub mod test_utils;

pub use attempt::{Attempt, AttemptItem, AttemptState, Landing, NewAttempt};
pub use backlog::Backlog;
pub use blocks::Applied;
pub use changes::{Change, SourceNews};
pub use cost::{Cost, CostBy, CostKey, CostTotal, Experience, Landed, MessageCost, Spent};
pub use decisions::Decision;
pub use errand::{Errand, ErrandKind, ErrandState, ErrandVersion, NewErrand, Noted};
pub use error::{StoreDisposition, StoreError};
pub use fault::DatabaseFault;
pub use heads::SourceHead;
pub use lease::{Acquired, Lease, Role};
pub use lock::{LockError, RelayerLock, relayer_at};
pub use message::{
    Delivery, Initiation, MessageFilter, MessageRecord, MessageStatus, SeenDelivery, SeenMessage, StatusCount,
};
pub use migrate::{MigrateError, Migrated, migrate};
pub use news::{NewNews, News};
pub use open_error::OpenError;
pub use overheads::Overhead;
pub use revert::Reverted;
pub use seen_block::SeenBlock;
pub use signers::Signer;
pub use store::Store;
