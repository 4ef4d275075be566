//! The chains as their nodes have them.

use super::{logs::Hashed, rng::Rng};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, ExecutingMessage, Identifier, Member};
use causeway_verifier::{Header, IndexedBlock};
use std::{
    ops::RangeInclusive,
    sync::{Arc, OnceLock},
};

/// A block, and what it executes.
#[derive(Debug)]
pub(super) struct Sealed {
    chain_id: U256,
    header: Header,
    pub(super) logs: Vec<Arc<Hashed>>,
    /// How many of the first logs deposits emitted.
    pub(super) deposit_logs: u32,
    pub(super) executing: Vec<(u32, ExecutingMessage)>,
    /// How each log is declared, once somebody asks.
    accesses: Vec<OnceLock<Access>>,
}

impl Sealed {
    fn new(
        chain_id: U256,
        header: Header,
        deposit_logs: u32,
        logs: Vec<(Arc<Hashed>, Option<ExecutingMessage>)>,
    ) -> Arc<Self> {
        let messages = logs.iter().enumerate();
        let executing =
            messages.filter_map(|(index, (_, message))| Some((index as u32, (*message)?))).collect();
        let accesses = logs.iter().map(|_| OnceLock::new()).collect();
        let logs = logs.into_iter().map(|(log, _)| log).collect();
        Arc::new(Self { chain_id, header, logs, deposit_logs, executing, accesses })
    }

    pub(super) fn indexed(&self) -> IndexedBlock {
        let mut block = IndexedBlock::new(self.header).with_deposit_logs(self.deposit_logs);
        for Hashed { log, .. } in self.logs.iter().map(|log| &**log) {
            block.push_log(log.emitter, &log.topics, &log.data).expect("the log decodes");
        }
        block
    }

    /// How a log is declared.
    pub(super) fn access(&self, log_index: u32) -> Option<&Access> {
        let access = self.accesses.get(log_index as usize)?;
        Some(access.get_or_init(|| self.message(log_index).access()))
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    pub(super) const fn number(&self) -> u64 {
        self.header.number
    }

    pub(super) const fn timestamp(&self) -> u64 {
        self.header.timestamp
    }

    /// The message that one of the logs is.
    pub(super) fn message(&self, log_index: u32) -> ExecutingMessage {
        let hashed = &self.logs[log_index as usize];
        let identifier = Identifier {
            origin: hashed.log.emitter,
            block_number: self.number(),
            log_index,
            timestamp: self.timestamp(),
            chain_id: self.chain_id,
        };
        ExecutingMessage { msg_hash: hashed.msg_hash(), identifier }
    }

    /// Indices of the logs that execute nothing.
    pub(super) fn plain(&self) -> Vec<u32> {
        let executes = |index: &u32| self.executing.iter().any(|(at, _)| at == index);
        (0..self.logs.len() as u32).filter(|index| !executes(index)).collect()
    }
}

/// One chain.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: U256,
    pub(super) member: Member,
    pub(super) is_regular: bool,
    pub(super) blocks: Vec<Arc<Sealed>>,
    /// When the next block is due.
    pub(super) next_at: u64,
    /// What the node says is on L1, and final there.
    pub(super) safe: u64,
    pub(super) finalized: u64,
    forks: u64,
}

impl Node {
    pub(super) fn new(id: U256, member: Member, is_regular: bool, first: u64, timestamp: u64) -> Self {
        let hash = block_hash(id, first, 0);
        let header = Header { number: first, hash, parent_hash: B256::ZERO, timestamp };
        let next_at = timestamp + member.block_time;
        let blocks = vec![Sealed::new(id, header, 0, Vec::new())];
        Self { id, member, is_regular, blocks, next_at, safe: first, finalized: first, forks: 0 }
    }

    pub(super) fn genesis(&self) -> u64 {
        self.blocks[0].number()
    }

    pub(super) fn tip(&self) -> &Arc<Sealed> {
        self.blocks.last().expect("there is always a block")
    }

    pub(super) fn block(&self, number: u64) -> Option<&Arc<Sealed>> {
        self.blocks.get(number.checked_sub(self.genesis())? as usize)
    }

    pub(super) fn has(&self, header: &Header) -> bool {
        self.block(header.number).is_some_and(|block| block.header() == header)
    }

    pub(super) fn at(&self, timestamp: u64) -> Option<&Arc<Sealed>> {
        self.blocks.iter().find(|block| block.timestamp() == timestamp)
    }

    pub(super) fn within(&self, timestamps: RangeInclusive<u64>) -> Vec<Arc<Sealed>> {
        self.blocks.iter().filter(|block| timestamps.contains(&block.timestamp())).cloned().collect()
    }

    /// Puts a block on top.
    pub(super) fn seal(
        &mut self,
        rng: &mut Rng,
        timestamp: u64,
        deposit_logs: u32,
        logs: Vec<(Arc<Hashed>, Option<ExecutingMessage>)>,
    ) {
        self.forks += 1;
        let parent = *self.tip().header();
        let number = parent.number + 1;
        let hash = block_hash(self.id, number, self.forks);
        let header = Header { number, hash, parent_hash: parent.hash, timestamp };
        self.blocks.push(Sealed::new(self.id, header, deposit_logs, logs));
        let skipped = if !self.is_regular && rng.percent(20) { rng.between(1, 2) } else { 0 };
        self.next_at = timestamp + self.member.block_time + skipped;
    }

    /// The same logs in another block.
    pub(super) fn seal_again(&mut self, rng: &mut Rng, old: &Sealed, only_deposits: bool) {
        let keep = if only_deposits { old.deposit_logs as usize } else { old.logs.len() };
        let message = |index| old.executing.iter().find(|(at, _)| *at as usize == index).map(|found| found.1);
        let logs = old.logs[..keep].iter().cloned().enumerate();
        let logs = logs.map(|(index, log)| (log, message(index))).collect();
        self.seal(rng, old.timestamp(), old.deposit_logs, logs);
    }

    /// Takes the blocks above `number` away.
    pub(super) fn cut(&mut self, number: u64) -> Vec<Arc<Sealed>> {
        let removed = self.blocks.split_off((number + 1 - self.genesis()) as usize);
        self.safe = self.safe.min(number);
        self.finalized = self.finalized.min(number);
        if let Some(lowest) = removed.first() {
            self.next_at = lowest.timestamp();
        }
        removed
    }
}

/// A hash of its own for every block.
fn block_hash(chain_id: U256, number: u64, fork: u64) -> B256 {
    let seed =
        chain_id.as_limbs().iter().fold(number << 32 | fork, |seed, limb| Rng::new(seed ^ limb).next());
    let mut words = Rng::new(seed);
    B256::from(U256::from_limbs([words.next(), words.next(), words.next(), words.next()]))
}
