//! One module per command: arguments, the call into the libraries, what is printed.

pub(crate) mod access_list;
pub(crate) mod bindings;
pub(crate) mod bridge;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod deploy;
pub(crate) mod devnet;
pub(crate) mod genesis;
pub(crate) mod message;
pub(crate) mod relayer;
pub(crate) mod upgrade;
pub(crate) mod verifier;
