//! Contracts as forge and hardhat leave them: found by name, linked, and given their constructor's arguments.

mod arguments;
mod locate;
mod read;

pub use arguments::{ArgumentError, encode_arguments};
pub use locate::{LocateError, locate};
pub use read::{Artifact, ArtifactError, Library};
