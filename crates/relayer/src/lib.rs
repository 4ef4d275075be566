#![doc = include_str!("../README.md")]

pub mod api;
pub mod engine;
pub mod errand;
pub mod filter;

mod actor;
mod caution;
mod config;
mod control;
mod crew;
mod desk;
mod divide;
mod error;
mod event;
mod feed;
mod keeper;
mod kms_signer;
mod reach;
mod recent;
mod relayer;
mod remote_signer;
mod routes;
mod share;
mod supervisor;
mod tenure;
mod trouble;

pub use config::{OnReset, RelayChain, RelaySigner, RelayerConfig, Resend, TopUp};
pub use control::{ControlError, RelayerControls};
pub use error::RelayerError;
pub use event::{ErrandEvent, GasEvent, Left, RelayerEvent, SourceEvent};
pub use kms_signer::{KeyService, KeyTrouble, KmsSigner, KmsSignerError, OpenKey};
pub use relayer::{Relayer, RelayerHandle};
pub use remote_signer::{RemoteSigner, RemoteSignerError};
pub use routes::{Route, Routes};
