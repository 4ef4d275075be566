//! Tests of the verifier against plain models.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod admission;
mod chain;
mod found;
mod index;
mod index_file;
mod rpc_admin;
mod rpc_check;
mod rpc_fuzz;
mod rpc_limits;
mod rpc_pages;
mod rpc_socket;
mod rpc_world;
mod service;
mod simulation;
mod vectors;
