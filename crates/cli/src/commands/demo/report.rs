//! What the demo says while it runs, and the object that it prints in the end.

use crate::{context::Context, json::ChainId};
use alloy::primitives::B256;
use serde::Serialize;
use std::time::Instant;

/// Everything that happened.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// Seconds from the start of the chains to the last check.
    seconds: f64,
    steps: Vec<Step>,
    transfers: Vec<Transfer>,
    checks: Vec<Check>,
    #[serde(skip)]
    start: Instant,
    #[serde(skip)]
    last: Instant,
}

/// A thing that was done, and how long it took.
#[derive(Debug, Serialize)]
struct Step {
    what: String,
    seconds: f64,
}

/// A transfer from one chain to the other.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transfer {
    pub(super) what: String,
    pub(super) source: ChainId,
    pub(super) destination: ChainId,
    pub(super) message_hash: B256,
    pub(super) sent_transaction: B256,
    pub(super) sent_block: u64,
    pub(super) relay_transaction: B256,
    pub(super) relay_block: u64,
    /// Seconds between the timestamps of the two blocks.
    pub(super) relay_seconds: u64,
    /// Destination blocks younger than the source block, up to and with the one that delivered: 1 is the next one.
    pub(super) relay_blocks: u64,
}

/// A claim, and whether the chains bear it out.
#[derive(Debug, Serialize)]
struct Check {
    claim: String,
    held: bool,
    evidence: String,
}

impl Report {
    pub(super) fn new(start: Instant) -> Self {
        Self {
            seconds: 0.0,
            steps: Vec::new(),
            transfers: Vec::new(),
            checks: Vec::new(),
            start,
            last: start,
        }
    }

    /// Something was done; the time since the last such call is its time.
    pub(super) fn step(&mut self, context: &Context<'_>, what: String) {
        let seconds = rounded(self.last.elapsed().as_secs_f64());
        context.printer.ok(&format!("{what:<68} {seconds:>6.2} s"));
        self.steps.push(Step { what, seconds });
        self.tick();
    }

    pub(super) fn transfer(&mut self, context: &Context<'_>, transfer: Transfer) {
        let blocks = match transfer.relay_blocks {
            0 => "in the same second".to_owned(),
            1 => "in the next block".to_owned(),
            n => format!("{n} blocks later"),
        };
        let what = format!(
            "{} from {} to {}, relayed {blocks}",
            transfer.what, transfer.source, transfer.destination
        );
        self.step(context, what);
        self.transfers.push(transfer);
    }

    pub(super) fn check(&mut self, context: &Context<'_>, claim: &str, held: bool, evidence: String) {
        if held {
            context.printer.ok(&format!("{claim}: {evidence}"));
        } else {
            context.printer.warn(&format!("this did not hold: {claim}: {evidence}"));
        }
        self.checks.push(Check { claim: claim.to_owned(), held, evidence });
        self.tick();
    }

    pub(super) fn broken(&self) -> Vec<&str> {
        self.checks.iter().filter(|check| !check.held).map(|check| check.claim.as_str()).collect()
    }

    pub(super) fn summary(&self) -> String {
        format!(
            "{} transfers delivered exactly once, {} claims checked from chain state, {:.1} s",
            self.transfers.len(),
            self.checks.len(),
            self.seconds
        )
    }

    fn tick(&mut self) {
        self.last = Instant::now();
        self.seconds = rounded(self.start.elapsed().as_secs_f64());
    }
}

/// Milliseconds are as fine as these times are worth.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
