use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::{Address, B256};
use causeway_interop::Identifier;

use crate::engine::{
    BroadcastOutcome, Delivery,
    test_util::{foreign, signer},
};

/// What a transaction does when it is executed: delivers the messages that stand there, one after the other. Without any it
/// does nothing.
pub(super) type Effect = Vec<(B256, Identifier)>;

/// A transaction of ours in the pool.
#[derive(Clone, Debug)]
pub(super) struct Pooled {
    pub(super) tx_hash: B256,
    pub(super) effect: Effect,
    /// What it offers. Only more takes its place.
    pub(super) fee: u32,
}

/// A transaction of ours in a block.
#[derive(Clone, Debug)]
pub(super) struct Mined {
    pub(super) signer: Address,
    pub(super) nonce: u64,
    pub(super) tx: Pooled,
    /// What it delivered.
    pub(super) delivered: Vec<B256>,
}

impl Mined {
    /// What it carried and did not deliver.
    pub(super) fn failed(&self) -> impl Iterator<Item = B256> {
        self.tx.effect.iter().map(|(message, _)| *message).filter(|message| !self.delivered.contains(message))
    }

    /// A batch succeeds whatever becomes of its messages.
    pub(super) fn success(&self) -> bool {
        self.tx.effect.len() != 1 || self.delivered.len() == 1
    }
}

/// A block: our transactions, and the messages that others delivered before them.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) ours: Vec<Mined>,
    pub(super) others: Vec<B256>,
}

impl Block {
    /// The deliveries in the block, with the transactions that made them.
    pub(super) fn deliveries(&self) -> impl Iterator<Item = Delivery> {
        let ours = self.ours.iter().flat_map(|mined| {
            let tx_hash = mined.tx.tx_hash;
            mined.delivered.iter().map(move |message| Delivery { message: *message, tx_hash })
        });
        self.others.iter().map(|message| Delivery { message: *message, tx_hash: foreign() }).chain(ours)
    }
}

/// What decides about messages: which of their logs are canonical, and whose targets revert.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) valid: BTreeSet<(B256, (u64, u32))>,
    pub(super) reverting: BTreeSet<B256>,
}

impl Rules {
    fn is_valid(&self, message: B256, identifier: &Identifier) -> bool {
        self.valid.contains(&(message, (identifier.block_number, identifier.log_index)))
    }

    fn are_valid(&self, effect: &Effect) -> bool {
        effect.iter().all(|(message, identifier)| self.is_valid(*message, identifier))
    }
}

/// How many transactions of the account these blocks hold.
pub(super) fn count(blocks: &[Block], signer: Address) -> u64 {
    let ours = blocks.iter().flat_map(|block| &block.ours);
    ours.filter(|mined| mined.signer == signer).count() as u64
}

/// The destination's node: its chain, and its pool of our transactions. Behind its address others may answer, which lack
/// the newest blocks: hence the lag in questions.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) blocks: Vec<Block>,
    pub(super) pool: BTreeMap<(Address, u64), Pooled>,
    /// Puts what has become invalid into blocks all the same.
    pub(super) lax: bool,
}

impl Node {
    fn view(&self, lag: usize) -> &[Block] {
        &self.blocks[..self.blocks.len().saturating_sub(lag).max(1)]
    }

    pub(super) fn latest_nonce(&self, signer: Address) -> u64 {
        count(&self.blocks, signer)
    }

    pub(super) fn pending_nonce(&self, signer: Address, lag: usize) -> u64 {
        let latest = count(self.view(lag), signer);
        let pooled = (latest..).take_while(|nonce| self.pool.contains_key(&(signer, *nonce)));
        pooled.last().map_or(latest, |last| last + 1)
    }

    pub(super) fn is_delivered(&self, message: B256, lag: usize) -> bool {
        self.view(lag).iter().any(|block| block.deliveries().any(|delivery| delivery.message == message))
    }

    pub(super) fn has(&self, signer: Address, nonce: u64, tx_hash: B256) -> bool {
        self.pool.get(&(signer, nonce)).is_some_and(|known| known.tx_hash == tx_hash)
    }

    /// Takes a transaction in, as a sequencer does that checks messages: first of all, whether it has it or not.
    pub(super) fn take(
        &mut self,
        signer: Address,
        nonce: u64,
        new: Pooled,
        rules: &Rules,
        lag: usize,
    ) -> BroadcastOutcome {
        if nonce < count(self.view(lag), signer) {
            return BroadcastOutcome::NonceTooLow;
        }
        if !rules.are_valid(&new.effect) {
            return BroadcastOutcome::Invalid { reason: "conflicting data".to_owned() };
        }
        match self.pool.get(&(signer, nonce)) {
            Some(known) if known.tx_hash == new.tx_hash => return BroadcastOutcome::AlreadyKnown,
            Some(known) if known.fee >= new.fee => return BroadcastOutcome::NonceTaken,
            _ => self.pool.insert((signer, nonce), new),
        };
        BroadcastOutcome::Accepted
    }

    /// Makes a block of up to so many transactions from the pool, after these deliveries by others.
    pub(super) fn mine(&mut self, others: Vec<B256>, up_to: usize, rules: &Rules) -> &Block {
        let others = others.into_iter().filter(|message| !self.is_delivered(*message, 0)).collect();
        self.blocks.push(Block { others, ours: Vec::new() });
        for turn in 0..2 * up_to {
            // The accounts take turns.
            let signer = signer(u8::try_from((turn + self.blocks.len()) % 2).expect("two accounts"));
            let nonce = self.latest_nonce(signer);
            let Some(tx) = self.pool.remove(&(signer, nonce)) else { continue };
            // A sequencer drops what has become invalid.
            if !self.lax && !rules.are_valid(&tx.effect) {
                continue;
            }
            let mut delivered = Vec::new();
            for (message, _) in &tx.effect {
                if !self.is_delivered(*message, 0) && !rules.reverting.contains(message) {
                    delivered.push(*message);
                }
            }
            if let Some(block) = self.blocks.last_mut() {
                block.ours.push(Mined { signer, nonce, tx, delivered });
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
        for mined in lost.filter(|_| keeps_pool) {
            self.pool.entry((mined.signer, mined.nonce)).or_insert(mined.tx);
        }
    }
}
