//! How requests travel: HTTP or WebSocket below, deadlines, pace, retries and redaction above.

mod answer;
mod batch;
mod guard;
mod http;
mod ws;

pub use answer::is_transient;
pub(crate) use answer::{is_fault_of_node, overload};
pub(crate) use batch::HttpBatch;
pub(crate) use guard::{Guard, OVERLOAD_RETRIES, Policy, SEND};
pub use guard::{RequestTimeout, is_idempotent_read};
pub(crate) use http::HttpTransport;
pub(crate) use ws::{LazyWebSocket, OneConnection};

/// No honest answer to a request of ours is larger, over HTTP or a WebSocket; a broken or hostile node must not fill the
/// memory.
const MAX_ANSWER: usize = 256 * 1024 * 1024;
