#![doc = include_str!("../README.md")]

pub mod bridge;
pub mod delivery;
pub mod engine;

mod actor;
mod client;
mod config;
mod disposition;
mod error;
mod event;
mod fault;
mod relayer;
mod revert;
mod survey;

pub use client::ChainClient;
pub use config::{OnReset, RelayChain, RelayerConfig};
pub use disposition::Disposition;
pub use error::RelayerError;
pub use event::RelayerEvent;
pub use fault::{FaultKind, NodeFault};
pub use relayer::{Relayer, RelayerHandle};
pub use revert::RevertReason;
pub use survey::{Place, Survey, SurveyChain, SurveyError, SurveyedMessage, survey};
