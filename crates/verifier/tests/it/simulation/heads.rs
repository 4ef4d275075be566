//! Which blocks stand and which fall, from scratch: block after block as long as anything can be decided.

use super::{
    cycles::{self, Together},
    known::{Heads, Known},
    node::Sealed,
    rules::{Claimed, Opinion, is_there, opinion_of_executed},
    world::World,
};
use alloy_primitives::U256;
use causeway_interop::ExecutingMessage;
use causeway_verifier::View;
use std::sync::Arc;

/// What a message means for its block.
enum Standing {
    Sound,
    Together(usize),
    Open,
    Falls,
}

/// Everything that decides.
///
/// The view of the verifier is looked at for one question only, which what is known now does not answer: whether a block was
/// verified before its sources were pruned or forgotten.
#[derive(Debug)]
pub(super) struct Climb<'a> {
    pub(super) world: &'a World,
    pub(super) known: &'a [Known],
    pub(super) view: &'a View,
    pub(super) heads: Vec<Heads>,
    /// Questions that the view had to answer.
    pub(super) asked: u64,
}

impl Climb<'_> {
    /// The heads of all chains.
    pub(super) fn work_out(mut self) -> (Vec<Heads>, u64) {
        self.heads = self
            .known
            .iter()
            .map(|known| Heads {
                // What is final is not looked at again, and what is pruned cannot be.
                cross_unsafe: known.tip().and(known.finalized.max(Some(known.first))),
                safe: known.tip().and(known.finalized),
                fallen: None,
            })
            .collect();
        while self.everywhere(Self::decide_cross_unsafe) {}
        while self.everywhere(Self::decide_safe) {}
        (self.heads, self.asked)
    }

    fn everywhere(&mut self, decide: fn(&mut Self, usize) -> bool) -> bool {
        let mut moved = false;
        for place in 0..self.known.len() {
            moved |= decide(self, place);
        }
        moved
    }

    /// The lowest block that is not decided.
    fn candidate(&self, place: usize) -> Option<Arc<Sealed>> {
        let Heads { cross_unsafe, fallen: None, .. } = self.heads[place] else { return None };
        self.known[place].block(cross_unsafe? + 1).cloned()
    }

    fn decide_cross_unsafe(&mut self, start: usize) -> bool {
        if self.candidate(start).is_none() {
            return false;
        }
        let mut blocks = Together::new();
        let (mut falls, mut is_open) = (Vec::new(), false);
        let mut pending = vec![start];
        while let Some(place) = pending.pop() {
            let Some(block) = self.candidate(place) else { continue };
            if blocks.insert(self.world.nodes[place].id, Arc::clone(&block)).is_some() {
                continue;
            }
            for (_, message) in &block.executing {
                match self.standing(place, &block, message) {
                    Standing::Sound => {}
                    Standing::Together(source) => pending.push(source),
                    Standing::Open => is_open = true,
                    Standing::Falls => falls.push((place, block.number())),
                }
            }
        }
        if falls.is_empty() {
            return !is_open && self.decide_together(&blocks);
        }
        for (place, number) in falls {
            self.heads[place].fallen = Some(number);
        }
        true
    }

    /// Decides blocks whose messages are all valid, but for cycles.
    fn decide_together(&mut self, blocks: &Together) -> bool {
        let places: Vec<(usize, U256, u64)> = blocks
            .iter()
            .map(|(id, block)| (self.world.place(*id).expect("a chain"), *id, block.number()))
            .collect();
        if cycles::search(blocks).in_cycle.is_empty() {
            for (place, _, number) in places {
                self.heads[place].cross_unsafe = Some(number);
            }
            return true;
        }
        let second = blocks.values().next().expect("there is a cycle").timestamp();
        let found = cycles::search(&self.with_those_that_stand(blocks, second));
        let falls = |id: &U256| found.in_cycle.contains(id) || found.below_cycle.contains(id);
        for (place, id, number) in places {
            if falls(&id) {
                self.heads[place].fallen = Some(number);
            }
        }
        self.take_back(second, falls);
        true
    }

    /// The blocks of a second: these, and those that were found to stand before.
    fn with_those_that_stand(&self, blocks: &Together, second: u64) -> Together {
        let mut all = blocks.clone();
        for (place, known) in self.known.iter().enumerate() {
            if let Some(block) = self.standing_in(place, known, second) {
                all.insert(self.world.nodes[place].id, block);
            }
        }
        all
    }

    fn standing_in(&self, place: usize, known: &Known, second: u64) -> Option<Arc<Sealed>> {
        let block = known.blocks.iter().find(|block| block.timestamp() == second)?;
        (Some(block.number()) <= self.heads[place].cross_unsafe).then(|| Arc::clone(block))
    }

    /// Blocks that a cycle depends on fall with it although they were found to stand; all of that second is decided anew.
    fn take_back(&mut self, second: u64, falls: impl Fn(&U256) -> bool) {
        let below: Vec<(usize, u64)> = (0..self.known.len())
            .filter(|place| falls(&self.world.nodes[*place].id))
            .filter_map(|place| Some((place, self.standing_in(place, &self.known[place], second)?.number())))
            .filter(|(place, number)| Some(*number) > self.known[*place].finalized)
            .collect();
        if below.is_empty() {
            return;
        }
        for (place, known) in self.known.iter().enumerate() {
            let older = known.blocks.iter().rfind(|block| block.timestamp() < second);
            let keep = older.map(|block| block.number()).max(Some(known.first)).max(known.finalized);
            let heads = &mut self.heads[place];
            heads.cross_unsafe = heads.cross_unsafe.min(keep);
            heads.fallen = heads
                .fallen
                .filter(|number| known.block(*number).is_some_and(|block| block.timestamp() <= second));
        }
        for (place, number) in below {
            self.heads[place].fallen = Some(number);
        }
    }

    fn standing(&mut self, place: usize, block: &Sealed, message: &ExecutingMessage) -> Standing {
        let id = self.world.nodes[place].id;
        match opinion_of_executed(self.world, self.known, id, block.timestamp(), message) {
            Opinion::Invalid(_) => return Standing::Falls,
            Opinion::Unknown(_) => return self.once_known(place, block, message),
            Opinion::Valid => {}
        }
        let source = self.world.place(message.identifier.chain_id).expect("it is valid");
        let (number, heads) = (message.identifier.block_number, self.heads[source]);
        if Some(number) <= heads.cross_unsafe {
            return Standing::Sound;
        }
        if let Some(fallen) = heads.fallen.filter(|fallen| number >= *fallen) {
            // What deposits emitted comes again in the block that replaces this one.
            let deposits = self.known[source].block(fallen).map_or(0, |block| block.deposit_logs);
            let survives = number == fallen && message.identifier.log_index < deposits;
            return if survives { Standing::Open } else { Standing::Falls };
        }
        let is_now = message.identifier.timestamp == block.timestamp();
        if is_now && Some(number) == heads.cross_unsafe.map(|head| head + 1) {
            return Standing::Together(source);
        }
        Standing::Open
    }

    /// What was found before the source went out of sight counts.
    fn once_known(&mut self, place: usize, block: &Sealed, message: &ExecutingMessage) -> Standing {
        let Some(source) = self.world.place(message.identifier.chain_id) else { return Standing::Open };
        let source = &self.known[source];
        let is_pruned = message.identifier.block_number < source.first
            && is_there(source, Claimed::Executed(message), true);
        if !is_pruned && source.forgotten_at <= Some(block.timestamp()) {
            return Standing::Open;
        }
        self.asked += 1;
        let id = self.world.nodes[place].id;
        let head = self.view.chain(id).and_then(|status| status.heads.cross_unsafe);
        if head.is_some_and(|head| head.number >= block.number()) {
            return Standing::Sound;
        }
        let is_it = |fallen: &causeway_verifier::FallenBlock| {
            fallen.chain_id == id && fallen.header == *block.header()
        };
        if self.view.fallen().iter().any(is_it) { Standing::Falls } else { Standing::Open }
    }

    /// The next block that may become safe.
    fn safe_candidate(&self, place: usize) -> Option<u64> {
        let Heads { cross_unsafe, safe, .. } = self.heads[place];
        let next = safe? + 1;
        (Some(next) <= cross_unsafe.min(self.known[place].local_safe)).then_some(next)
    }

    fn decide_safe(&mut self, start: usize) -> bool {
        let mut together: Vec<(usize, u64)> = Vec::new();
        let mut pending = vec![start];
        while let Some(place) = pending.pop() {
            let Some(number) = self.safe_candidate(place) else { return false };
            if together.contains(&(place, number)) {
                continue;
            }
            together.push((place, number));
            // What is pruned plays no part any more.
            let Some(block) = self.known[place].block(number).cloned() else { continue };
            for (_, message) in &block.executing {
                match self.safe_standing(place, &block, message) {
                    Standing::Sound => {}
                    Standing::Together(source) => pending.push(source),
                    Standing::Open | Standing::Falls => return false,
                }
            }
        }
        for (place, number) in together {
            self.heads[place].safe = Some(number);
        }
        true
    }

    fn safe_standing(&mut self, place: usize, block: &Sealed, message: &ExecutingMessage) -> Standing {
        let id = &message.identifier;
        let source = self.world.place(id.chain_id).expect("it was verified");
        if Some(id.block_number) <= self.heads[source].safe {
            return Standing::Sound;
        }
        if id.timestamp == block.timestamp() && self.safe_candidate(source) == Some(id.block_number) {
            return Standing::Together(source);
        }
        let is_first = block.number() == self.known[place].first;
        if is_first || self.known[source].forgotten_at > Some(block.timestamp()) {
            self.asked += 1;
            let head = self.view.chain(self.world.nodes[place].id).and_then(|status| status.heads.safe);
            if head.is_some_and(|head| head.number >= block.number()) {
                return Standing::Sound;
            }
        }
        Standing::Open
    }
}
