#![doc = include_str!("../README.md")]

mod admission;
mod cache;
mod core;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod index;
mod inspector;
mod metrics;
mod refusal;
mod refusal_data;
mod roots;
mod rpc;
mod safety;
mod service;
mod verifier;
mod view;

pub use admission::{Admission, ExecutingDescriptor, NoRecall, Recall};
pub use cache::CacheStats;
pub use causeway_service::BuildInfo;
pub use core::{Core, SourceEvent, Step};
pub use index::{
    ChainView, Change, Header, IndexError, IndexOptions, IndexedBlock, LogIndex, Marks, Snapshot,
};
pub use inspector::{Finding, InspectError, Inspector, executed_by};
pub use refusal::Refusal;
pub use refusal_data::{RefusalData, RuleValue};
pub use roots::{OutputRoots, OutputV0, RootError};
pub use rpc::{JwtSecret, JwtSecretError, Server, ServerConfig, ServerError, ServerHandle};
pub use safety::{Cause, FallenBlock, SafetyHeads};
pub use service::{OnDeepReorg, ServiceError, SourceConfig, VerifierConfig, VerifierService};
pub use verifier::{Desk, Invalidated, Verifier, VerifierError};
pub use view::{ChainStatus, SourceState, View};
