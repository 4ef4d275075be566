//! Tests of the verifier against plain models.

mod admission;
mod chain;
mod index;
mod rpc_check;
mod rpc_fuzz;
mod rpc_world;
