//! What has become of a message: [`Status`], in the words that TypeScript and JSON have for it, too.
//!
//! [`judge`] reads the facts, without asking anybody; [`Interop::status`](crate::Interop::status) gathers them.

mod facts;
mod judge;
mod pool;
mod relayer;
mod source;
mod state;
mod verdict;

pub use facts::{Standing, StatusFacts, Word};
pub use judge::judge;
pub use pool::find_carrier;
pub use relayer::{RelayerApi, RelayerNext, RelayerWord};
pub use source::{block_safety, standing};
pub use state::{Delivered, State, Status, Waiting};
pub use verdict::ask_safety;
