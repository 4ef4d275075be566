//! The JSON-RPC server.

mod args;
mod block_id;
mod call_error;
mod caller;
mod check;
mod config;
mod connection;
mod entries;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod gate;
mod http;
mod ids;
mod jwt;
mod limiter;
mod methods;
mod object;
mod peers;
mod ready;
mod server;
mod service;
mod socket;
mod status;
mod subscriptions;
mod super_root;
mod supernode;
mod supervisor;
mod upgrade;
mod view;

pub use config::ServerConfig;
pub use jwt::{JwtSecret, JwtSecretError};
pub use server::{Server, ServerError, ServerHandle};
