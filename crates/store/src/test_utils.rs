//! A real Postgres for tests, and a way to it that can be cut.
//!
//! What goes wrong here panics: it is for tests, which shall then fail.

mod server;
mod wire;

pub use server::PostgresServer;
pub use wire::Wire;
