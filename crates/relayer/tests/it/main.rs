//! The relayer against real nodes with the real contracts.
//!
//! Nodes mine when a test says so, and a test waits for what the relayer tells, never for time to pass.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so at once")]

mod api;
mod batches;
mod controls;
mod dividing;
mod errands;
mod faults;
mod gaps;
mod kms;
mod lag;
mod lies;
mod measured;
mod outage;
mod relay;
mod remote;
mod reorg;
mod replicas;
mod restart;
mod safety;
mod support;
mod telling;
mod unsigned;
mod weights;
