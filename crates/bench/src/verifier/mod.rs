//! The verifier: what its server costs, what floods do to those who behave, and how fast it learns a chain.

mod backfill;
mod cores;
mod flood;
mod honest;
mod load;
mod messages;
mod node;
mod rates;
mod requests;
mod sample_chain;
mod server;

use server::Sample;

/// Prints all of it, from so many rounds.
pub(crate) fn measure(rounds: usize) -> eyre::Result<()> {
    let sample = Sample::build()?;
    rates::measure(&sample, rounds)?;
    flood::measure(&sample, rounds.min(3))?;
    drop(sample);
    backfill::measure(rounds)
}

/// Prints only how fast it learns a chain.
pub(crate) fn measure_backfill(rounds: usize) -> eyre::Result<()> {
    backfill::measure(rounds)
}
