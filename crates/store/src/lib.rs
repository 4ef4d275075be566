#![doc = include_str!("../README.md")]

mod attempt;
mod attempt_rows;
mod attempts;
mod blocks;
mod codec;
mod cost;
mod costs;
mod database;
mod error;
mod files;
mod insert;
mod ledger;
mod lock;
mod message;
mod messages;
mod open;
mod revert;
mod seen_block;

pub use attempt::{Attempt, AttemptItem, AttemptState, Landing, NewAttempt};
pub use blocks::Applied;
pub use cost::{Cost, CostBy, CostKey, CostTotal, Loss, MessageCost, Spent};
pub use error::StoreError;
pub use lock::{LockError, RelayerLock, relayer_at};
pub use message::{
    Delivery, Initiation, MessageFilter, MessageRecord, MessageStatus, SeenDelivery, SeenMessage, StatusCount,
};
pub use open::{OpenError, Store};
pub use revert::Reverted;
pub use seen_block::SeenBlock;
