use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;
use causeway_interop::Identifier;

use crate::engine::{BroadcastOutcome, ReceiptOutcome, SignedTx, test_util::foreign};

/// What a transaction does when it is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Delivers the message that stands there.
    Relay(B256, Identifier),
    /// Nothing.
    Nothing,
}

/// A transaction of our account in a block.
#[derive(Clone, Debug)]
pub(super) struct Mined {
    pub(super) tx_hash: B256,
    pub(super) effect: Effect,
    pub(super) success: bool,
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

/// The destination's node: its chain, and its pool of our account's transactions.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) blocks: Vec<Block>,
    pub(super) pool: BTreeMap<u64, (B256, Effect)>,
}

impl Node {
    pub(super) fn latest_nonce(&self) -> u64 {
        self.blocks.iter().map(|block| block.ours.len() as u64).sum()
    }

    pub(super) fn pending_nonce(&self) -> u64 {
        let latest = self.latest_nonce();
        (latest..).take_while(|nonce| self.pool.contains_key(nonce)).last().map_or(latest, |last| last + 1)
    }

    pub(super) fn is_delivered(&self, message: B256) -> bool {
        self.blocks.iter().any(|block| block.deliveries().any(|(delivered, _)| delivered == message))
    }

    pub(super) fn receipt(&self, tx_hash: B256) -> ReceiptOutcome {
        for (block, number) in self.blocks.iter().zip(1..) {
            if let Some(mined) = block.ours.iter().find(|mined| mined.tx_hash == tx_hash) {
                return ReceiptOutcome::Included { success: mined.success, block_number: number };
            }
        }
        ReceiptOutcome::Missing
    }

    /// Takes a transaction in, as a sequencer does that checks messages.
    pub(super) fn take(
        &mut self,
        nonce: u64,
        tx: &SignedTx,
        effect: Effect,
        rules: &Rules,
    ) -> BroadcastOutcome {
        if nonce < self.latest_nonce() {
            return BroadcastOutcome::NonceTooLow;
        }
        if let Effect::Relay(message, identifier) = effect
            && !rules.is_valid(message, &identifier)
        {
            return BroadcastOutcome::Invalid { reason: "conflicting data".to_owned() };
        }
        match self.pool.get(&nonce) {
            Some((known, _)) if *known == tx.hash => BroadcastOutcome::AlreadyKnown,
            Some(_) => BroadcastOutcome::NonceTaken,
            None => {
                self.pool.insert(nonce, (tx.hash, effect));
                BroadcastOutcome::Accepted
            }
        }
    }

    /// Makes a block of up to so many transactions from the pool, after these deliveries by others.
    pub(super) fn mine(&mut self, others: Vec<B256>, up_to: usize, rules: &Rules) -> &Block {
        let others = others.into_iter().filter(|message| !self.is_delivered(*message)).collect();
        self.blocks.push(Block { others, ours: Vec::new() });
        for _ in 0..up_to {
            let Some((tx_hash, effect)) = self.pool.remove(&self.latest_nonce()) else { break };
            let success = match effect {
                // A sequencer drops what has become invalid.
                Effect::Relay(message, identifier) if !rules.is_valid(message, &identifier) => break,
                Effect::Relay(message, _) => {
                    !self.is_delivered(message) && !rules.reverting.contains(&message)
                }
                Effect::Nothing => true,
            };
            if let Some(block) = self.blocks.last_mut() {
                block.ours.push(Mined { tx_hash, effect, success });
            }
        }
        self.blocks.last().expect("a block was just made")
    }
}
