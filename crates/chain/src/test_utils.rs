//! Nodes for tests: one that serves a chain made up by the test, with hashes and receipts roots that are right, and
//! a real anvil, and what stands
//! before one and lets through what a test says.
//!
//! What goes wrong here panics: it is for tests, which shall then fail.

mod anvil;
mod block;
mod chain;
mod gate;
mod node;
mod process;
mod refusal;

pub use anvil::{Anvil, EMITTER, TOPIC};
pub use block::{FakeBlock, FakeTransaction};
pub use chain::FakeChain;
pub use gate::{Gate, Lag, Mode};
pub use node::FakeNode;
pub use process::AnvilProcess;
pub use refusal::refusal;

use std::time::Duration;

/// How long a test waits for something that has to happen. Only a failing test ever waits that long.
pub const PATIENCE: Duration = Duration::from_secs(30);
