#![doc = include_str!("../README.md")]

pub mod bridge;
pub mod delivery;
pub mod diagnosis;
pub mod preflight;

mod client;
mod disposition;
mod fault;
mod probe;
mod shipment;
mod survey;

pub use causeway_bindings::RevertReason;
pub use client::ChainClient;
pub use disposition::Disposition;
pub use fault::{FaultKind, NodeFault};
pub use shipment::Shipment;
pub use survey::{Place, Survey, SurveyChain, SurveyDoubt, SurveyError, SurveyedMessage, survey};
