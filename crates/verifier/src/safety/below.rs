use super::{
    Cause, FallenBlock, Safety,
    group::{as_graph_block, fallen},
    ladder::older_or_final,
    messages::Candidate,
};
use crate::{IndexError, Snapshot};
use alloy_primitives::U256;
use causeway_interop::graph;
use std::collections::BTreeMap;

impl Safety {
    /// Lets the blocks fall that a cycle of this timestamp depends on, and takes back what was found to stand on them.
    ///
    /// They are in no cycle and decided without it, perhaps long before it came to be known; but the graph of a whole timestamp
    /// is what is resolved in the end, and what is left over of it falls. Specs: "Messaging", section "Intra-block messaging:
    /// cycles".
    pub(super) fn fell_below_cycles(
        &mut self,
        snapshot: &Snapshot,
        timestamp: u64,
    ) -> Result<Vec<FallenBlock>, IndexError> {
        let is_cycle =
            |block: &FallenBlock| block.cause == Cause::Cycle && block.header.timestamp == timestamp;
        if !self.fallen().iter().any(is_cycle) {
            return Ok(Vec::new());
        }
        let known = self.of_timestamp(snapshot, timestamp)?;
        let blocks: Vec<graph::Block> = known.values().map(as_graph_block).collect();
        let mut below = Vec::new();
        for chain_id in graph::cycle_chains(timestamp, &blocks) {
            let (Some(track), Some(candidate)) = (self.tracks.get(&chain_id), known.get(&chain_id)) else {
                continue;
            };
            let number = candidate.header.number;
            let is_final = track.marks.finalized.is_some_and(|finalized| number <= finalized);
            let falls_already = track.fallen.is_some_and(|block| block.header.number <= number);
            if !is_final && !falls_already {
                below.push(fallen(candidate, Cause::Cycle));
            }
        }
        if !below.is_empty() {
            self.take_back(snapshot, timestamp)?;
        }
        below.iter().for_each(|block| self.fell(*block));
        Ok(below)
    }

    /// The blocks of a timestamp that are decided: those that stand, and those in cycles. What is not decided yet proves nothing,
    /// and the blocks that replace those which fall for a reason of their own have no such messages.
    fn of_timestamp(
        &self,
        snapshot: &Snapshot,
        timestamp: u64,
    ) -> Result<BTreeMap<U256, Candidate>, IndexError> {
        let mut known = BTreeMap::new();
        for (chain_id, track) in &self.tracks {
            let Some(header) = snapshot.last_before(*chain_id, timestamp.saturating_add(1))? else {
                continue;
            };
            let stands = track.marks.cross_unsafe.is_some_and(|head| header.number <= head);
            let is_in_cycle =
                track.fallen.is_some_and(|block| block.header == header && block.cause == Cause::Cycle);
            if header.timestamp == timestamp && (stands || is_in_cycle) {
                known.insert(*chain_id, Candidate::read(snapshot, *chain_id, header.number)?);
            }
        }
        Ok(known)
    }

    /// Lowers every head below the blocks of a timestamp, which are then decided anew.
    fn take_back(&mut self, snapshot: &Snapshot, timestamp: u64) -> Result<(), IndexError> {
        for (chain_id, track) in &mut self.tracks {
            let keep = older_or_final(snapshot, *chain_id, timestamp, &track.marks)?;
            track.marks.cross_unsafe = track.marks.cross_unsafe.map(|head| head.min(keep));
            track.marks.safe = track.marks.safe.map(|head| head.min(keep));
        }
        Ok(())
    }
}
