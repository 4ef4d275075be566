//! The Rust bindings of the awkward contracts, as the generator writes them: compiled with this binary, and called on a node.
//!
//! `make artifacts` renews them.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod arbitrary;
#[rustfmt::skip]
mod awkward;
mod call;
mod events;
mod first_call;
mod kinds;
mod node;
mod own;
mod reserved;
mod types;
