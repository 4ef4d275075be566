//! What the rest of the crate knows of a database: statements, values, rows and connections. Which engine it is, matters
//! here and nowhere else.
//!
//! Statements are written once. Their parameters are `$1`, `$2`, ….

mod connection;
mod query;
mod row;

pub(crate) use connection::{Connection, Held};
pub(crate) use query::{Query, sql};
pub(crate) use row::Row;
