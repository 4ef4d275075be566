#![doc = include_str!("../README.md")]

mod accounts;
mod admin;
mod autorelay;
mod chain;
mod config;
mod cors;
mod describe;
mod devnet;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gateway;
mod network;
mod node;
mod nodes;
mod open_files;
mod port;
mod ports;
mod state;
mod verifying;

pub use accounts::{DEV_ACCOUNTS, MNEMONIC, RELAYER_ACCOUNT, SecretKey, relayer_key};
pub use chain::RunningChain;
pub use config::{ChainKind, DevnetConfig, FIRST_L2_CHAIN_ID, L1_CHAIN_ID};
pub use devnet::Devnet;
pub use error::{DevnetError, NodeExited};
pub use network::{DiscoverError, FundedAccount, Network, NetworkChain, NetworkFileError, ReadNetworkError};
pub use node::{AnvilBinary, AnvilOrigin, FindAnvilError, NodeEnd, NodeError, find_anvil};
pub use open_files::raise_open_files;
pub use port::Port;
pub use state::funded_accounts;
