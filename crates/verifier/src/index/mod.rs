mod block;
mod chain;
mod change;
mod error;
mod file;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod layout;
mod load;
mod marks;
mod recent;
mod snapshot;
mod writer;

pub use block::{Header, IndexedBlock};
pub use change::Change;
pub use error::IndexError;
pub use marks::Marks;
pub use snapshot::{ChainView, Snapshot};
pub use writer::{IndexOptions, LogIndex};
