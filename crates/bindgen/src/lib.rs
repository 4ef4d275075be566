#![doc = include_str!("../README.md")]

mod contract;
mod header;
mod name;
mod rust;

pub use causeway_artifact::{Code, Docs, Kind, Natspec, Omitted};
pub use contract::{Addresses, Bindings, Contract, Files};
pub use header::{header, is_ours};
pub use name::{camel, key, pascal, snake};
pub use rust::Rust;
