//! Why is a message not delivered? The destination knows, and is asked once: [`inspect`] gathers the facts, [`explain`] reads
//! them.
//!
//! Whether the source's log still stands, what the destination's clock says, whether the source is in its dependency set, and
//! whether the contracts are there that the delivery takes; then the delivery itself is tried out in one `eth_call`, by the
//! destination's own messenger, inbox and target, at the price of the newest block, from an account that is rich for this
//! call. A probe in front of the messenger measures the gas, for a call that used it all up fails without a word. Nothing is
//! sent.

mod facts;
mod inspect;
mod obstacle;

pub use facts::{Facts, Standing, Trial};
pub use inspect::{Subject, inspect};
pub use obstacle::{Obstacle, explain};
