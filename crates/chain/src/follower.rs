//! Following one chain: an actor that turns what a node says into a gapless sequence of blocks.

mod actor;
mod advance;
mod config;
mod event;
mod fault;
mod handle;
mod heads;
mod labels;
mod rhythm;

pub use config::{FollowerConfig, HeadSource, Start};
pub use event::ChainEvent;
pub use fault::FollowerError;
pub use handle::{Follower, FollowerHandle};
