use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;
use causeway_interop::Identifier;

use crate::engine::{BroadcastOutcome, test_util::foreign};

/// What a transaction does when it is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Delivers the message that stands there.
    Relay(B256, Identifier),
    /// Nothing.
    Nothing,
}

/// A transaction of our account in the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pooled {
    pub(super) tx_hash: B256,
    pub(super) effect: Effect,
    /// What it offers. Only more takes its place.
    pub(super) fee: u32,
}

/// A transaction of our account in a block.
#[derive(Clone, Debug)]
pub(super) struct Mined {
    pub(super) tx_hash: B256,
    pub(super) effect: Effect,
    pub(super) success: bool,
    pub(super) fee: u32,
}

/// A block: our account's transactions, and the messages that others delivered.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) ours: Vec<Mined>,
    pub(super) others: Vec<B256>,
}

impl Block {
    /// The deliveries in the block, with the transactions that made them.
    pub(super) fn deliveries(&self) -> impl Iterator<Item = (B256, B256)> {
        let ours = self.ours.iter().filter(|mined| mined.success).filter_map(|mined| match mined.effect {
            Effect::Relay(message, _) => Some((message, mined.tx_hash)),
            Effect::Nothing => None,
        });
        self.others.iter().map(|message| (*message, foreign())).chain(ours)
    }
}

/// What decides about messages: which of their logs are canonical, and whose targets revert.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) valid: BTreeSet<(B256, (u64, u32))>,
    pub(super) reverting: BTreeSet<B256>,
}

impl Rules {
    pub(super) fn is_valid(&self, message: B256, identifier: &Identifier) -> bool {
        self.valid.contains(&(message, (identifier.block_number, identifier.log_index)))
    }
}

/// How many transactions of our account these blocks hold.
pub(super) fn count(blocks: &[Block]) -> u64 {
    blocks.iter().map(|block| block.ours.len() as u64).sum()
}

/// The destination's node: its chain, and its pool of our account's transactions. Behind its address others may answer,
/// which lack the newest blocks: hence the lag in questions.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) blocks: Vec<Block>,
    pub(super) pool: BTreeMap<u64, Pooled>,
    /// Puts what has become invalid into blocks all the same.
    pub(super) lax: bool,
}

impl Node {
    fn view(&self, lag: usize) -> &[Block] {
        &self.blocks[..self.blocks.len().saturating_sub(lag).max(1)]
    }

    pub(super) fn latest_nonce(&self) -> u64 {
        count(&self.blocks)
    }

    pub(super) fn pending_nonce(&self, lag: usize) -> u64 {
        let latest = count(self.view(lag));
        (latest..).take_while(|nonce| self.pool.contains_key(nonce)).last().map_or(latest, |last| last + 1)
    }

    pub(super) fn is_delivered(&self, message: B256, lag: usize) -> bool {
        self.view(lag).iter().any(|block| block.deliveries().any(|(delivered, _)| delivered == message))
    }

    /// Takes a transaction in, as a sequencer does that checks messages: first of all, whether it has it or not.
    pub(super) fn take(&mut self, nonce: u64, new: Pooled, rules: &Rules, lag: usize) -> BroadcastOutcome {
        if nonce < count(self.view(lag)) {
            return BroadcastOutcome::NonceTooLow;
        }
        if let Effect::Relay(message, identifier) = new.effect
            && !rules.is_valid(message, &identifier)
        {
            return BroadcastOutcome::Invalid { reason: "conflicting data".to_owned() };
        }
        match self.pool.get(&nonce) {
            Some(known) if known.tx_hash == new.tx_hash => return BroadcastOutcome::AlreadyKnown,
            Some(known) if known.fee >= new.fee => return BroadcastOutcome::NonceTaken,
            _ => self.pool.insert(nonce, new),
        };
        BroadcastOutcome::Accepted
    }

    /// Makes a block of up to so many transactions from the pool, after these deliveries by others.
    pub(super) fn mine(&mut self, others: Vec<B256>, up_to: usize, rules: &Rules) -> &Block {
        let others = others.into_iter().filter(|message| !self.is_delivered(*message, 0)).collect();
        self.blocks.push(Block { others, ours: Vec::new() });
        for _ in 0..up_to {
            let Some(Pooled { tx_hash, effect, fee }) = self.pool.remove(&self.latest_nonce()) else { break };
            let success = match effect {
                // A sequencer drops what has become invalid.
                Effect::Relay(message, identifier) if !self.lax && !rules.is_valid(message, &identifier) => {
                    break;
                }
                Effect::Relay(message, _) => {
                    !self.is_delivered(message, 0) && !rules.reverting.contains(&message)
                }
                Effect::Nothing => true,
            };
            if let Some(block) = self.blocks.last_mut() {
                block.ours.push(Mined { tx_hash, effect, success, fee });
            }
        }
        self.blocks.last().expect("a block was just made")
    }

    /// Loses blocks. What was in them is in the pool again, or not.
    pub(super) fn reorg(&mut self, depth: usize, keeps_pool: bool) {
        let ancestor = self.blocks.len() - depth.min(self.blocks.len() - 1);
        if !keeps_pool {
            self.pool.clear();
        }
        let lost = self.blocks.split_off(ancestor).into_iter().flat_map(|block| block.ours);
        for (nonce, mined) in (count(&self.blocks)..).zip(lost) {
            if keeps_pool {
                let Mined { tx_hash, effect, fee, .. } = mined;
                self.pool.entry(nonce).or_insert(Pooled { tx_hash, effect, fee });
            }
        }
    }
}
