//! `provider.interop()`: what a dapp does with messages, on any alloy provider.

mod cross_call;
mod error;
mod ext;
mod handle;
mod pending;
mod receipt;
mod relaying;
mod sending;
mod trust;

pub use cross_call::{CrossCall, OnChain};
pub use error::InteropError;
pub use ext::InteropExt;
pub use handle::Interop;
pub use pending::{MessageReceipt, PendingMessages};
pub use receipt::InteropReceipt;
pub use relaying::PendingRelay;
