//! The crate against real nodes.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod backfill;
mod chaos;
mod connect;
mod follow;
mod outage;
mod receipts;
mod reorg;
mod support;
