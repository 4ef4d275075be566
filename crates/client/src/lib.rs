#![doc = include_str!("../README.md")]

pub mod bridge;
pub mod capabilities;
pub mod delivery;
pub mod diagnosis;
pub mod interop;
pub mod preflight;
pub mod status;

mod client;
mod disposition;
mod execution;
mod fault;
mod filler;
mod probe;
mod safety;
mod shipment;
mod survey;
mod view;

pub use causeway_bindings::RevertReason;
pub use causeway_chain::Endpoint;
pub use causeway_interop::{DependencySet, SafetyLevel};
pub use client::ChainClient;
pub use disposition::Disposition;
pub use execution::{Execution, ExecutionError};
pub use fault::{FaultKind, NodeFault, printable};
pub use filler::{FillError, Filling, InteropFiller};
pub use interop::{Interop, InteropError, InteropExt, InteropReceipt, MessageEvent, MessageFilter, OnChain};
pub use safety::{SafetyHeads, safety_heads};
pub use shipment::Shipment;
pub use status::{State, Status};
pub use survey::{Place, Survey, SurveyChain, SurveyDoubt, SurveyError, SurveyedMessage, survey};
pub use view::ChainView;
