//! The store, seen from outside.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod attempts;
mod blocks;
mod concurrency;
mod costs;
mod crash;
mod holds;
mod kill;
mod lock;
mod messages;
mod model;
mod older;
mod open;
mod plans;
mod support;
