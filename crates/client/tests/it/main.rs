//! Interop by hand against real nodes with the real contracts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so at once")]

mod by_hand;
mod diagnosis;
mod fate;
mod filler;
mod interop;
mod outages;
mod preflight;
mod shaky;
mod status;
mod support;
mod told;
