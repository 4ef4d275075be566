//! The verifier as it runs: nodes that come and go and lie, reorgs, restarts and kills.
//!
//! Every test waits for views, never for time to pass.

mod anvil;
mod fallen;
mod history;
mod kill;
mod lies;
mod outages;
mod pruned;
mod reorgs;
mod restart;
mod world;
