//! Dependency sets in the files of the OP Stack's tools, read and written.
//!
//! | form | who reads it | shape |
//! |---|---|---|
//! | [`SetForm::OpNode`] | op-node, op-supernode, kona-node | JSON or TOML of one set: `{"dependencies":{"901":{},"902":{}}}` |
//! | [`SetForm::Registry`] | the superchain registry | TOML of one chain: `[interop.dependencies.901]` and so on |
//! | [`SetForm::Kona`] | kona's fault-proof program, op-program | JSON list of sets, `depsets.json` |
//!
//! Older versions had keys below each chain (`chainIndex`, `activationTime`, `historyMinTime`), later ones may have others:
//! they are passed over, as those tools do.

mod chain_set;
mod error;
mod file;
mod form;
mod json;
mod toml;
mod write;

pub use chain_set::ChainSet;
pub use error::{ChooseSetError, SetFileError};
pub use file::SetFile;
pub use form::SetForm;
pub use write::{kona_json, op_node_json, registry_toml};
