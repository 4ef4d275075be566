//! How requests travel: HTTP or WebSocket below, timeouts, retries and redaction above.

mod batch;
mod guard;
mod http;
mod ws;

pub(crate) use batch::HttpBatch;
pub(crate) use guard::{Guard, Policy};
pub use guard::{RequestTimeout, is_idempotent_read, is_transient};
pub(crate) use http::HttpTransport;
pub(crate) use ws::{LazyWebSocket, OneConnection};
