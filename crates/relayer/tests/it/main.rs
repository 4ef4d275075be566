//! The relayer and its by-hand pieces against real nodes with the real contracts.
//!
//! Nodes mine when a test says so, and a test waits for what the relayer tells, never for time to pass.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so at once")]

mod by_hand;
mod diagnosis;
mod fate;
mod faults;
mod lag;
mod preflight;
mod relay;
mod reorg;
mod restart;
mod support;
