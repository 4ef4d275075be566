//! The binary, used as a user uses it.
#![allow(clippy::unwrap_used)]

mod access_list;
mod accounts;
mod bad_input;
mod bindings;
mod canaries;
mod causeway;
mod create2;
mod demo;
mod deploy;
mod devnet;
mod environment;
mod gate;
mod genesis;
mod help;
mod hung;
mod mirror;
mod money;
mod nodes;
mod output;
mod proxy;
mod readers;
mod relayer;
mod schema;
mod schema_convention;
mod secrets;
mod services;
mod storm;
mod terminal;
mod told;
mod traffic;
mod upgrade;
mod verifier;
mod why;
