//! The integration tests: the vectors of the field, and properties that hold for all inputs.

mod access_list;
mod constants;
mod events;
mod graph;
mod hashing;
mod interoperable;
mod properties;
mod relay_batch;
mod rules;
mod rules_model;
mod strategies;
mod totality;
mod vectors;
