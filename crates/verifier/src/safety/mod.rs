//! How safe blocks are: which ones stand, which ones fall, and why.
//!
//! Pure but for the snapshot that everything is read from. [`Safety`] moves the heads of every chain up as far as what is
//! known allows, and back when a reorg takes away what they stood on.

mod below;
mod fallen;
mod group;
mod heads;
mod ladder;
mod messages;

pub use fallen::{Cause, FallenBlock};
pub use heads::SafetyHeads;
pub(crate) use ladder::{Labels, Safety};
