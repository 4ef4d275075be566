//! Delivering messages by hand: find what a transaction sent, relay it, wait for it.

mod contracts;
mod delivered;
mod estimate;
mod quote;
mod relay;
mod request;
mod sent;
mod transaction;
mod wait;

pub use contracts::{Contract, SeenContracts};
pub use delivered::{delivers, find_delivery, find_relayed};
pub use estimate::{Estimate, estimate};
pub use quote::{Quote, quote};
pub(crate) use relay::rehearse_relay;
pub use relay::{RelayError, prepare_relay};
pub use request::{access_list, contract_fault, is_delivered, relay_request};
pub use sent::{SentError, SentReceipt, sent_by, sent_messages};
pub(crate) use transaction::is_refusal;
pub use transaction::{LandError, SignedTransaction};
pub use wait::{Delivery, WaitError, wait_delivered, wait_receipt};
