//! Network upgrade transactions: on their own, and run on a real anvil.
// Clippy knows the tests, and not what they share.
#![allow(clippy::unwrap_used)]

mod chain;
mod gas;
mod manifest;
mod rehearsal;
mod relays;
mod runs;
