//! Network upgrade transactions: the deposits by which a live chain gets the interop contracts in one block.
//!
//! What they are stands in a [`Manifest`]: data, of which two are shipped ([`Form`]). A [`Plan`] makes transactions of it.

mod artifacts;
mod deposit;
mod form;
mod gas;
mod manifest;
mod order;
mod plan;
mod rehearse;
mod render;
mod step;
mod wire;

pub use artifacts::{Artifacts, Code};
pub use deposit::{DEPOSITOR, raw_deposit, upgrade_source_hash};
pub use form::Form;
pub use gas::{floor_gas, intrinsic_gas, limit_for};
pub use manifest::{Action, Argument, Manifest, ManifestError, StepSpec, Target, Through};
pub use op_alloy_consensus::TxDeposit;
pub use plan::{Plan, PlanOptions, plan};
pub use rehearse::{End, Rehearsal, RehearseError, RehearseOptions, Rehearsed, rehearse};
pub use render::{Heading, RenderError, to_bundle, to_json, to_raw, to_state};
pub use step::Step;
