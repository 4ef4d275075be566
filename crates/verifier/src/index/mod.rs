mod block;
mod error;
mod layout;
mod snapshot;
mod writer;

pub use block::{Header, IndexedBlock};
pub use error::IndexError;
pub use snapshot::{ChainView, Snapshot};
pub use writer::{Change, LogIndex};
