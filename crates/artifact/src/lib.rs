#![doc = include_str!("../README.md")]

mod abi;
mod address;
mod artifact;
mod code;
mod kind;
mod library;
mod locate;
mod natspec;

pub use abi::Omitted;
pub use address::checked_address;
pub use artifact::{Artifact, ArtifactError};
pub use code::Code;
pub use kind::Kind;
pub use library::{Library, LibraryName};
pub use locate::{LocateError, locate};
pub use natspec::{Docs, Natspec};
