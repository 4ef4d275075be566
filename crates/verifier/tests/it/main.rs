//! Tests of the verifier against plain models.

mod admission;
mod chain;
mod index;
