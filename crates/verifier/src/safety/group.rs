use super::{
    Cause, FallenBlock,
    messages::{Candidate, Reach, Standing},
};
use crate::{IndexError, Snapshot};
use alloy_primitives::U256;
use causeway_interop::{
    DependencySet, Verdict,
    graph::{self, Fall, Link},
};
use std::collections::BTreeMap;

/// Blocks of one timestamp that can only be decided together, for their messages point at each other.
#[derive(Debug, Default)]
pub(super) struct Group {
    blocks: BTreeMap<U256, Candidate>,
    /// Blocks with a message that by itself makes them fall.
    falling: Vec<FallenBlock>,
    is_open: bool,
}

/// What came of a group.
#[derive(Debug)]
pub(super) enum Decision {
    /// Something is missing yet.
    Open,
    /// Of the blocks of a timestamp these stand, by chain and number, and these fall.
    Decided { timestamp: u64, stand: Vec<(U256, u64)>, fall: Vec<FallenBlock> },
}

impl Group {
    /// Collects the block and all that it has to be decided with, and judges every message by the rules.
    pub(super) fn verify<'a>(
        start: (U256, u64),
        set: &DependencySet,
        snapshot: &Snapshot,
        reach: impl Fn(U256) -> Reach<'a>,
    ) -> Result<Self, IndexError> {
        Self::collect(start, snapshot, |candidate, log_index, message| {
            Ok(match candidate.verdict(message, set, snapshot)? {
                Verdict::Valid => candidate.standing(log_index, message, reach(message.identifier.chain_id)),
                Verdict::Invalid(reason) => {
                    Standing::Falls(Cause::Message { log_index, message: *message, reason })
                }
                Verdict::Unknown(_) => Standing::Open,
            })
        })
    }

    /// Collects the block and all that it has to be decided with, of blocks whose messages are known to be valid.
    pub(super) fn trust<'a>(
        start: (U256, u64),
        snapshot: &Snapshot,
        reach: impl Fn(U256) -> Reach<'a>,
    ) -> Result<Self, IndexError> {
        Self::collect(start, snapshot, |candidate, log_index, message| {
            Ok(candidate.standing(log_index, message, reach(message.identifier.chain_id)))
        })
    }

    fn collect(
        start: (U256, u64),
        snapshot: &Snapshot,
        judge: impl Fn(&Candidate, u32, &causeway_interop::ExecutingMessage) -> Result<Standing, IndexError>,
    ) -> Result<Self, IndexError> {
        let mut group = Self::default();
        let mut pending = vec![start];
        while let Some((chain_id, number)) = pending.pop() {
            if group.blocks.contains_key(&chain_id) {
                continue;
            }
            let candidate = Candidate::read(snapshot, chain_id, number)?;
            let mut cause = None;
            for (log_index, message) in &candidate.messages {
                match judge(&candidate, *log_index, message)? {
                    Standing::Sound => {}
                    Standing::Together { chain_id, number } => pending.push((chain_id, number)),
                    Standing::Open => group.is_open = true,
                    Standing::Falls(why) => cause = cause.or(Some(why)),
                }
            }
            if let Some(cause) = cause {
                group.falling.push(fallen(&candidate, cause));
            }
            group.blocks.insert(chain_id, candidate);
        }
        Ok(group)
    }

    /// Decides the group.
    ///
    /// A block with an invalid message falls whatever else is unknown. The others wait for everything to be known; then the
    /// graph tells which of them are caught in a cycle.
    pub(super) fn decide(self) -> Decision {
        let Some(timestamp) = self.blocks.values().next().map(|candidate| candidate.header.timestamp) else {
            return Decision::Open;
        };
        if !self.falling.is_empty() {
            return Decision::Decided { timestamp, stand: Vec::new(), fall: self.falling };
        }
        if self.is_open {
            return Decision::Open;
        }
        let blocks: Vec<graph::Block> = self.blocks.values().map(as_graph_block).collect();
        let falls = graph::fallen(timestamp, &blocks);
        let mut stand = Vec::new();
        let mut fall = Vec::new();
        for (chain_id, candidate) in &self.blocks {
            match falls.get(chain_id) {
                // Beside blocks that fall nothing is said to stand: what does not need them is decided without them, and what
                // executes a message of their deposits waits for the blocks that replace them.
                None if !falls.is_empty() => {}
                None => stand.push((*chain_id, candidate.header.number)),
                Some(Fall::DependsOn { chain_id: source }) => {
                    let survive = self.blocks.get(source).map_or(0, |source| source.deposit_logs);
                    fall.push(fallen(candidate, dependence(candidate, *source, survive)));
                }
                Some(Fall::Cycle | Fall::Invalid) => fall.push(fallen(candidate, Cause::Cycle)),
            }
        }
        Decision::Decided { timestamp, stand, fall }
    }
}

pub(super) const fn fallen(candidate: &Candidate, cause: Cause) -> FallenBlock {
    let Candidate { chain_id, header, deposit_logs, .. } = candidate;
    FallenBlock { chain_id: *chain_id, header: *header, deposit_logs: *deposit_logs, cause }
}

pub(super) fn as_graph_block(candidate: &Candidate) -> graph::Block {
    let link = |(log_index, message): &(u32, causeway_interop::ExecutingMessage)| {
        Link::new(*log_index, &message.identifier)
    };
    graph::Block {
        chain_id: candidate.chain_id,
        timestamp: candidate.header.timestamp,
        invalid: false,
        deposit_logs: candidate.deposit_logs,
        messages: candidate.messages.iter().map(link).collect(),
    }
}

/// The first message of the block that is of this timestamp and that chain, and goes with that chain's block: so many of its first
/// logs come again.
fn dependence(candidate: &Candidate, source: U256, survive: u32) -> Cause {
    let found = candidate.messages.iter().find(|(_, message)| {
        let id = &message.identifier;
        let is_of_now = id.chain_id == source && id.timestamp == candidate.header.timestamp;
        is_of_now && id.log_index >= survive
    });
    match found {
        Some((log_index, message)) => Cause::DependsOn {
            log_index: *log_index,
            chain_id: source,
            block_number: message.identifier.block_number,
        },
        // The graph has no other edges than messages.
        None => Cause::Cycle,
    }
}
