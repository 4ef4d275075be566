//! The crate against real nodes.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod absence;
mod backfill;
mod chaos;
mod connect;
mod follow;
mod labels;
mod lies;
mod outage;
mod past;
mod receipts;
mod reorg;
mod support;
