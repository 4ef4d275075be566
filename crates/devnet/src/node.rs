//! One anvil process: found, started, watched, ended.

mod find;
mod guard;
mod options;
mod output;
mod process;
mod version;

pub use find::{AnvilBinary, AnvilOrigin, FindAnvilError, find_anvil};
pub(crate) use options::{NodeOptions, Origin};
pub(crate) use process::Node;
pub use process::{NodeEnd, NodeError};
pub(crate) use version::{Fitness, printed_version};
