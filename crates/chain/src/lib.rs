#![doc = include_str!("../README.md")]

mod backfill;
mod backoff;
mod block;
mod block_reader;
mod board;
mod budget;
mod connect;
mod connect_error;
mod connect_options;
mod connection;
mod content;
mod endpoint;
mod endpoints;
mod follower;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod node;
mod nodes;
mod pace;
mod pool;
mod pool_options;
mod read_ahead;
mod receipt;
mod tally;
#[cfg(feature = "test-utils")]
#[expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
pub mod test_utils;
mod transport;
mod window;

pub use backfill::{Backfill, BackfillConfig, BackfillError, BackfillEvent, BackfillHandle};
pub use block::{BlockLogs, BlockRef, LogEntry};
pub use block_reader::{BlockReader, ReadError};
pub use board::{NodeState, NodeStats, PoolStats};
pub use budget::RateLimit;
pub use connect::{connect, verify_chain_id};
pub use connect_error::ConnectError;
pub use connect_options::ConnectOptions;
pub use content::Content;
pub use endpoint::{Endpoint, EndpointError, Scrubber};
pub use endpoints::Endpoints;
pub use follower::{ChainEvent, Follower, FollowerConfig, FollowerError, FollowerHandle, HeadSource, Start};
pub use pool_options::PoolOptions;
pub use transport::{RequestTimeout, is_idempotent_read, is_transient};
pub use window::{AncestorSearch, NotLinked, Place, Probe, Window};
