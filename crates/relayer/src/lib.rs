#![doc = include_str!("../README.md")]

pub mod bridge;
pub mod delivery;
pub mod diagnosis;
pub mod engine;
pub mod preflight;

mod actor;
mod client;
mod config;
mod disposition;
mod error;
mod event;
mod fault;
mod probe;
mod relayer;
mod shipment;
mod survey;

pub use causeway_bindings::RevertReason;
pub use client::ChainClient;
pub use config::{OnReset, RelayChain, RelayerConfig};
pub use disposition::Disposition;
pub use error::RelayerError;
pub use event::RelayerEvent;
pub use fault::{FaultKind, NodeFault};
pub use relayer::{Relayer, RelayerHandle};
pub use shipment::Shipment;
pub use survey::{Place, Survey, SurveyChain, SurveyDoubt, SurveyError, SurveyedMessage, survey};
