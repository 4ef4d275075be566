//! The endpoints.

mod commands;
mod costs;
mod events;
mod guard;
mod messages;
mod operations;
mod query;
mod router;

pub(super) use router::router;
