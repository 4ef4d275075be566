//! The store, seen from outside.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod attempts;
mod blocks;
mod concurrency;
mod crash;
mod kill;
mod lock;
mod messages;
mod model;
mod open;
mod support;
