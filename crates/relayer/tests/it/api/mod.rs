//! The HTTP API over a store that a test has filled, without chains.

mod answers;
mod commands;
mod costs;
mod events;
mod expired;
mod guards;
mod metrics;
mod openapi;
mod ops;
mod told;
pub(crate) mod webhooks;
mod world;
