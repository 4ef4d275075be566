//! Errands: transactions that deliver nothing, of accounts that are no signers. A lane owns the nonces of its signers, so that
//! they do nothing but deliver.
//!
//! Pure: what is to be done is decided here, from what the chain and the store say. An errand is written down before it is sent;
//! its fate is known from blocks that were taken in, and nothing else of its account is signed before.

mod gaps;
mod memory;
mod pace;
mod resend;
mod strangers;
mod top_up;

pub use resend::ResendLimits;
pub use top_up::TopUpLimits;

pub(crate) use gaps::{Filling, Gaps};
pub(crate) use memory::{Held, Memory, ResendHeld, ResendMemory};
pub(crate) use pace::{Move, Pace};
pub(crate) use resend::{Case, Line};
pub(crate) use strangers::Strangers;
pub(crate) use top_up::{Books, Decision};
