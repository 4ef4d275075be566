#![doc = include_str!("../README.md")]

mod contract;
mod header;
pub mod input;
pub mod json;
mod name;
pub mod output;
mod rust;
pub mod typescript;

pub use causeway_artifact::{Code, Docs, Kind, Natspec, Omitted};
pub use contract::{Addresses, Bindings, Contract, Files};
pub use header::{header, is_ours};
pub use name::{camel, is_device, key, pascal, snake};
pub use rust::{Dependency, DependencyError, Rust};
