//! `provider.interop()`: what a dapp does with messages, on any alloy provider.

mod asking;
mod cross_call;
mod error;
mod ext;
mod handle;
mod locate;
mod messages;
mod pending;
mod receipt;
mod relaying;
mod sending;
mod trust;
mod waiting;

pub use cross_call::{CrossCall, OnChain};
pub use error::InteropError;
pub use ext::InteropExt;
pub use handle::Interop;
pub use locate::MessageRef;
pub use messages::{MessageEvent, MessageFilter};
pub use pending::{MessageReceipt, PendingMessages};
pub use receipt::InteropReceipt;
pub use relaying::PendingRelay;
