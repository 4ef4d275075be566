//! The crate against real nodes.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod absence;
mod backfill;
mod balancer;
mod chaos;
mod connect;
mod credentials;
mod follow;
mod labels;
mod lies;
mod limits;
mod outage;
mod past;
mod pool;
mod receipts;
mod reorg;
mod support;
