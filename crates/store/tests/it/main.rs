//! The store, seen from outside.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod concurrency;
mod crash;
mod days;
mod kill;
mod lock;
mod older;
#[path = "both/mod.rs"]
mod on_postgres;
#[path = "both/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "the same is tried with each engine")]
mod on_sqlite;
mod open;
mod plans;
mod postgres;
mod schema;
mod support;
