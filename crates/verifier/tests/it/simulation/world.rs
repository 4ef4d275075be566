//! Chains on one clock, which send each other messages, true ones and false ones.

use super::{
    logs::Hashed,
    node::{Node, Sealed},
    rng::Rng,
    second::{Draft, Logs, Second},
};
use crate::chain::Log;
use alloy_primitives::{Address, B256, U256};
use causeway_interop::{DependencySet, ExecutingMessage, Member};
use std::sync::Arc;

const BEGINNING: u64 = 1_000_000;

/// All chains, and what they do by chance.
#[derive(Debug)]
pub(super) struct World {
    pub(super) rng: Rng,
    pub(super) now: u64,
    pub(super) window: u64,
    pub(super) nodes: Vec<Node>,
    /// Whose messages a chain accepts, by place, where it is not those of all.
    pub(super) restricted: Option<(usize, Vec<usize>)>,
    /// Logs that contracts emit again and again.
    logs: Vec<Arc<Hashed>>,
    share_invalid: u64,
    share_same_time: u64,
    share_executing: u64,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let is_regular = !rng.percent(15);
        let mut nodes = Vec::new();
        for place in 0..rng.between(2, 4) {
            let mut id = U256::from(901 + place);
            if rng.percent(20) {
                id |= U256::from(rng.between(1, 3)) << (64 * rng.between(1, 3) as usize);
            }
            let activation = if rng.percent(30) { BEGINNING + rng.between(0, 20) } else { 0 };
            let member = Member { activation, block_time: rng.between(1, 2) };
            let first = if rng.percent(50) { 0 } else { rng.between(1, 300) };
            nodes.push(Node::new(id, member, is_regular, first, BEGINNING + rng.below(2)));
        }
        nodes.sort_by_key(|node| node.id);
        let places: Vec<usize> = (0..nodes.len()).collect();
        let restricted = rng.percent(15).then(|| {
            let chain = rng.below(nodes.len() as u64) as usize;
            (chain, places.iter().copied().filter(|place| *place == chain || rng.percent(40)).collect())
        });
        let window = rng.between(16, 40);
        let share_invalid = *rng.pick(&[0, 3, 3, 10]).expect("not empty");
        let share_same_time = *rng.pick(&[0, 15, 40, 70]).expect("not empty");
        let share_executing = *rng.pick(&[10, 30, 50]).expect("not empty");
        let logs = (0..12).map(|_| Hashed::new(Log::of(rng.below(1_000)))).collect();
        let now = BEGINNING;
        let mut world = Self {
            rng,
            now,
            window,
            nodes,
            restricted,
            logs,
            share_invalid,
            share_same_time,
            share_executing,
        };
        world.pass(10);
        world
    }

    pub(super) fn dependency_set(&self) -> DependencySet {
        let builder = self
            .nodes
            .iter()
            .fold(DependencySet::builder(), |builder, node| builder.chain(node.id, node.member));
        let builder = match &self.restricted {
            Some((chain, sources)) => {
                builder.restrict(self.nodes[*chain].id, sources.iter().map(|place| self.nodes[*place].id))
            }
            None => builder,
        };
        builder.expiry_window(self.window).build().expect("a dependency set")
    }

    pub(super) fn place(&self, chain_id: U256) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == chain_id)
    }

    /// Whether a chain takes messages of another, by place.
    pub(super) fn accepts(&self, executing: usize, source: usize) -> bool {
        self.restricted.as_ref().is_none_or(|(chain, sources)| {
            *chain != executing || executing == source || sources.contains(&source)
        })
    }

    /// Whether interop is active in a block: not before the block after the one that activates it.
    pub(super) fn is_active(&self, place: usize, timestamp: u64) -> bool {
        let member = &self.nodes[place].member;
        member.activation == 0 || timestamp >= member.activation + member.block_time
    }

    /// Lets time pass, and every chain grow.
    pub(super) fn pass(&mut self, seconds: u64) {
        let end = self.now + seconds;
        while self.now < end {
            self.now += 1;
            let now = self.now;
            let due: Vec<usize> =
                (0..self.nodes.len()).filter(|place| self.nodes[*place].next_at == now).collect();
            self.build(now, &due);
        }
    }

    /// Replaces the blocks of a chain above `number`, and takes some time over it now and then.
    pub(super) fn reorg(&mut self, place: usize, number: u64) {
        let removed = self.nodes[place].cut(number);
        let with_same_logs = self.rng.percent(40);
        let keep = if self.rng.percent(20) {
            self.rng.below(removed.len() as u64 + 1) as usize
        } else {
            removed.len()
        };
        if !self.nodes[place].is_regular && self.rng.percent(50) {
            // What comes may be older or younger than what it replaces.
            self.nodes[place].next_at = self.nodes[place].tip().timestamp() + self.rng.between(1, 3);
        }
        for old in &removed[..keep] {
            if with_same_logs && self.rng.percent(80) && self.nodes[place].next_at <= old.timestamp() {
                self.nodes[place].seal_again(&mut self.rng, old, false);
            }
        }
        self.catch_up(place);
    }

    /// Does what a node does with a block that must not be: its deposits remain, and what is built on them is new.
    pub(super) fn replace(&mut self, place: usize, number: u64) {
        let removed = self.nodes[place].cut(number - 1);
        let rng = &mut self.rng;
        self.nodes[place].seal_again(rng, &removed[0], true);
        self.catch_up(place);
    }

    fn catch_up(&mut self, place: usize) {
        while self.nodes[place].next_at <= self.now {
            let at = self.nodes[place].next_at;
            self.build(at, &[place]);
        }
    }

    /// Builds the blocks of a second on these chains.
    fn build(&mut self, timestamp: u64, places: &[usize]) {
        let drafts: Vec<(usize, u32, Draft)> = places
            .iter()
            .map(|place| {
                let (deposits, draft) = self.draft();
                (*place, deposits, draft)
            })
            .collect();
        let mut done = Vec::new();
        for (place, deposits, draft) in &drafts {
            let mut logs = Logs::new();
            for log in draft {
                logs.push(match log {
                    Some(log) => (Arc::clone(log), None),
                    None => match self.message(*place, Second { timestamp, drafts: &drafts, done: &done }) {
                        Some(message) => (Hashed::new(Log::executing(&message)), Some(message)),
                        None => (self.log(), None),
                    },
                });
            }
            done.push((*place, *deposits, logs));
        }
        for (place, deposits, logs) in done {
            self.nodes[place].seal(&mut self.rng, timestamp, deposits, logs);
        }
    }

    fn log(&mut self) -> Arc<Hashed> {
        Arc::clone(self.rng.pick(&self.logs).expect("there are logs"))
    }

    fn draft(&mut self) -> (u32, Draft) {
        let deposits = self.rng.below(3);
        let mut draft: Draft = Vec::new();
        for _ in 0..deposits {
            draft.push(Some(self.log()));
        }
        for _ in 0..self.rng.below(4) {
            let executes = self.rng.percent(self.share_executing);
            draft.push((!executes).then(|| self.log()));
        }
        (deposits as u32, draft)
    }

    fn message(&mut self, place: usize, second: Second<'_>) -> Option<ExecutingMessage> {
        let timestamp = second.timestamp;
        if self.rng.percent(self.share_invalid) {
            return self.invalid_message(timestamp, place);
        }
        if !self.is_active(place, timestamp) {
            return None;
        }
        let sources: Vec<usize> = (0..self.nodes.len())
            .filter(|source| self.accepts(place, *source) && self.is_active(*source, timestamp))
            .collect();
        if self.rng.percent(self.share_same_time) {
            // Now and then a chain answers at once to what another one made of its message.
            let own = second.executing(self.nodes[place].id);
            if let Some((source, index)) =
                self.rng.pick(&own).copied().filter(|(source, _)| sources.contains(source))
                && self.rng.percent(30)
            {
                return self.message_of_now(source, index, second);
            }
            let source = *self.rng.pick(&sources)?;
            return self.same_time_message(source, second);
        }
        let block = self.older(timestamp, &sources)?;
        let log_index = self.log_of(&block)?;
        Some(block.message(log_index))
    }

    fn same_time_message(&mut self, source: usize, second: Second<'_>) -> Option<ExecutingMessage> {
        let timestamp = second.timestamp;
        let Some(logs) = second.logs(source) else {
            let block = Arc::clone(self.nodes[source].at(timestamp)?);
            let log_index = self.log_of(&block)?;
            return Some(block.message(log_index));
        };
        let there: Vec<usize> = (0..logs.len()).filter(|index| logs[*index].is_some()).collect();
        let index = *self.rng.pick(&there)?;
        self.message_of_now(source, index, second)
    }

    /// A log of a block that is about to be.
    fn message_of_now(&self, source: usize, index: usize, second: Second<'_>) -> Option<ExecutingMessage> {
        let hashed = second.logs(source)?.swap_remove(index)?;
        let identifier = causeway_interop::Identifier {
            origin: hashed.log.emitter,
            block_number: self.nodes[source].tip().number() + 1,
            log_index: index as u32,
            timestamp: second.timestamp,
            chain_id: self.nodes[source].id,
        };
        Some(ExecutingMessage { msg_hash: hashed.msg_hash(), identifier })
    }

    /// A block that a message at this time may be of: not expired, not of this second.
    fn older(&mut self, timestamp: u64, sources: &[usize]) -> Option<Arc<Sealed>> {
        let source = *self.rng.pick(sources)?;
        // Old ones are rarer: few messages wait until they nearly expire.
        let age = if self.rng.percent(80) { self.window / 4 } else { self.window };
        let blocks = self.nodes[source].within(timestamp.saturating_sub(age)..=timestamp - 1);
        let blocks: Vec<_> =
            blocks.into_iter().filter(|block| self.is_active(source, block.timestamp())).collect();
        self.rng.pick(&blocks).cloned()
    }

    fn log_of(&mut self, block: &Sealed) -> Option<u32> {
        // Now and then what was executed is executed again by way of its event.
        if self.rng.percent(15) {
            return self.rng.pick(&(0..block.logs.len() as u32).collect::<Vec<_>>()).copied();
        }
        self.rng.pick(&block.plain()).copied()
    }

    fn invalid_message(&mut self, timestamp: u64, place: usize) -> Option<ExecutingMessage> {
        let everyone: Vec<usize> = (0..self.nodes.len()).collect();
        let block = if self.rng.percent(20) {
            let source = *self.rng.pick(&everyone)?;
            // Maybe too old, maybe not.
            Arc::clone(self.rng.pick(&self.nodes[source].blocks)?)
        } else {
            self.older(timestamp, &everyone)?
        };
        let log_index = self.log_of(&block)?;
        let mut message = block.message(log_index);
        let id = &mut message.identifier;
        match self.rng.below(12) {
            0 => id.timestamp += 1,
            1 => id.timestamp -= 1,
            2 => id.log_index += self.rng.between(1, 40) as u32,
            3 => message.msg_hash = B256::repeat_byte(7),
            4 => id.origin = Address::repeat_byte(7),
            5 => id.chain_id = U256::from(777),
            6 => id.timestamp = timestamp - (self.window + 1),
            7 => id.timestamp = timestamp + self.rng.between(1, 3),
            8 => id.block_number += self.rng.between(1, 60),
            9 => id.block_number = id.block_number.saturating_sub(self.rng.between(1, 60)),
            10 => id.chain_id = self.nodes[place].id,
            // True, or wrong by its age or its chains alone.
            _ => {}
        }
        Some(message)
    }
}
