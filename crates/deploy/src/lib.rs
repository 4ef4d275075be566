#![doc = include_str!("../README.md")]

mod absent;
mod account;
mod arguments;
mod batch;
pub mod check;
mod config;
mod contract;
pub mod create2;
pub mod dependency_set;
mod genesis;
mod identity;
pub mod install;
pub mod journal;
mod layout;
mod link;
mod namespace;
mod permit2;
mod preinstall;
mod proxy;
mod release;
mod revert;
#[cfg(feature = "test-utils")]
#[expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
pub mod test_utils;
pub mod token;
pub mod upgrade;

pub use account::AccountState;
pub use arguments::{ArgumentError, encode_arguments};
pub use config::{ChainKind, GenesisConfig, Namespace};
pub use contract::{Contract, Mismatch, Observed, Role};
pub use genesis::{
    Document, DocumentKind, Genesis, GenesisSet, GenesisSetError, MAX_CHAIN_ID, MIN_GAS_LIMIT,
    SEQUENCER_FEE_VAULT, genesis,
};
pub use identity::Identity;
pub use layout::contracts;
pub use namespace::{PREDEPLOY_COUNT, is_proxied, predeploy_addresses};
pub use permit2::{PERMIT2, permit2_domain_separator};
pub use preinstall::{Immutables, Preinstall, preinstalls};
pub use proxy::{ADMIN_SLOT, IMPLEMENTATION_SLOT};
pub use release::{Release, releases};
pub use revert::describe_revert;
