//! Delivering messages by hand: find what a transaction sent, relay it, wait for it.

mod estimate;
mod relay;
mod request;
mod sent;
mod wait;

pub(crate) use estimate::{Estimate, estimate};
pub use relay::{RelayError, relay_once};
pub(crate) use request::contract_fault;
pub use request::{access_list, is_delivered, relay_request};
pub use sent::{SentError, SentReceipt, sent_by, sent_messages};
pub use wait::{Delivery, WaitError, wait_delivered, wait_receipt};
