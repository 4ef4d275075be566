//! Reading the past of a chain, from a known block downwards.

mod actor;
mod config;
mod event;
mod handle;

pub use config::BackfillConfig;
pub use event::{BackfillError, BackfillEvent};
pub use handle::{Backfill, BackfillHandle};
