//! Tests with real nodes: every one starts its own devnet on free ports.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "tests document themselves by their names and fail by panics"
)]

mod admission;
mod autorelay;
mod client;
mod clock;
mod differential;
mod discovery;
mod fees;
mod lifecycle;
mod namespace;
mod owner;
mod passthrough;
mod pool;
mod predeploys;
mod reorg;
mod requests;
mod same_second;
mod simulation;
mod state;
mod support;
mod verifier;
