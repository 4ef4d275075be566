//! `causeway deploy token`, `contract`, `batcher` and `gateway` on real chains.

mod again;
mod contract;
mod kill;
mod nodes;
mod raced;
mod refused;
mod token;
