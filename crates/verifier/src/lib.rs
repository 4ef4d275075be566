#![doc = include_str!("../README.md")]

mod admission;
mod index;

pub use admission::{Admission, ExecutingDescriptor, Refusal};
pub use index::{
    ChainView, Change, Header, IndexError, IndexOptions, IndexedBlock, LogIndex, Marks, Snapshot,
};
