//! The first state of chains, and the files that tell other tools of it.

mod allocs;
mod block;
mod chain_config;
mod document;
mod network;

pub use block::{Genesis, SEQUENCER_FEE_VAULT, genesis};
pub use document::{Document, DocumentKind};
pub use network::{GenesisSet, GenesisSetError, MAX_CHAIN_ID, MIN_GAS_LIMIT};
