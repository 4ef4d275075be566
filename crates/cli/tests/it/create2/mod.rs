//! `causeway deploy` on real chains.

mod again;
mod contract;
mod nodes;
mod refused;
