//! Contracts at one address on every chain: created through a factory that is the same everywhere.

mod creation;
mod factory;
mod fees;
mod look;
mod node;
mod past;
mod probe;
mod salt;
mod settle;
mod sign;
mod traps;

pub use creation::{Creation, deployed_at_salt_zero};
pub use factory::{Factory, PROXY_FUNDS, PROXY_SIGNER, PROXY_TRANSACTION, SaltError};
pub use fees::Cost;
pub use look::{Action, Look, Plan, Target, Unready, look};
pub use node::NodeError;
pub(crate) use node::code_at;
pub use past::Replan;
pub use salt::{Salt, SaltTextError};
pub use settle::{Created, Settled, Unsettled, settle};
pub use sign::{SignError, sign};
pub use traps::Holding;
