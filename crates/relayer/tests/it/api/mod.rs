//! The HTTP API over a store that a test has filled, without chains.

mod answers;
mod commands;
mod events;
mod guards;
mod metrics;
mod openapi;
mod ops;
mod webhooks;
mod world;
