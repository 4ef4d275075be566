//! What a store is, too simple to be wrong.

use crate::support::*;
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use causeway_store::{AttemptState, MessageStatus, SeenBlock};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
pub(super) struct ModelAttempt {
    pub(super) nonce: u64,
    pub(super) messages: BTreeSet<u64>,
    pub(super) state: AttemptState,
    pub(super) block: Option<u64>,
    pub(super) is_costed: bool,
}

impl ModelAttempt {
    /// What is known of its cost is so for one block only.
    pub(super) fn set(&mut self, state: AttemptState, block: Option<u64>) {
        self.is_costed &= block == self.block;
        (self.state, self.block) = (state, block);
    }
}

#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) source: Vec<SeenBlock>,
    pub(super) destination: Vec<SeenBlock>,
    /// The messages that were ever seen, in order.
    pub(super) known: Vec<u64>,
    pub(super) attempts: Vec<ModelAttempt>,
    /// Which nonce was the last to take a message.
    pub(super) holds: BTreeMap<u64, u64>,
    pub(super) skipped: BTreeSet<u64>,
    pub(super) forgiven: BTreeMap<u64, usize>,
    pub(super) branch: u64,
}

impl Model {
    pub(super) fn chain(&mut self, destination: bool) -> (u64, &mut Vec<SeenBlock>) {
        if destination { (DESTINATION, &mut self.destination) } else { (SOURCE, &mut self.source) }
    }

    pub(super) fn next_block(&mut self, destination: bool) -> BlockRef {
        let branch = self.branch;
        let (id, chain) = self.chain(destination);
        match chain.last() {
            Some(tip) => child(id, &tip.block, branch),
            None => BlockRef { hash: hash(&[id, branch]), ..genesis(id) },
        }
    }

    pub(super) fn status(&self, nonce: u64) -> MessageStatus {
        let hash = message_hash(nonce);
        let carried = |attempt: &&ModelAttempt| attempt.messages.contains(&nonce);
        let read = |number: u64| self.destination.last().is_some_and(|tip| number <= tip.block.number);
        if self
            .destination
            .iter()
            .any(|block| block.deliveries.iter().any(|d| d.relayed.message_hash == hash))
        {
            return MessageStatus::Delivered;
        }
        if !self.source.iter().any(|block| block.messages.iter().any(|seen| seen.sent == sent(nonce))) {
            return MessageStatus::Orphaned;
        }
        if self.skipped.contains(&nonce) {
            return MessageStatus::Skipped;
        }
        let under_way = |attempt: &ModelAttempt| {
            attempt.state.is_open()
                || (attempt.state == AttemptState::Included && !attempt.block.is_some_and(read))
        };
        if self.attempts.iter().filter(carried).any(under_way) {
            return MessageStatus::Submitted;
        }
        let forgiven = self.forgiven.get(&nonce).copied().unwrap_or(0);
        let failed =
            |attempt: &ModelAttempt| matches!(attempt.state, AttemptState::Failed | AttemptState::Included);
        if self.attempts.iter().skip(forgiven).filter(carried).any(failed) {
            return MessageStatus::Failed;
        }
        MessageStatus::Pending
    }

    /// The block and log of the newest initiation.
    pub(super) fn initiation(&self, nonce: u64) -> Option<(B256, u32)> {
        self.source.iter().rev().find_map(|block| {
            let seen = block.messages.iter().rev().find(|seen| seen.sent == sent(nonce))?;
            Some((block.block.hash, seen.log_index))
        })
    }

    pub(super) fn pending(&self) -> Vec<u64> {
        let position = |nonce: &u64| {
            let (block, log_index) = self.initiation(*nonce).unwrap();
            let index = self.source.iter().position(|seen| seen.block.hash == block).unwrap();
            (index, log_index)
        };
        let mut pending: Vec<_> = self
            .known
            .iter()
            .copied()
            .filter(|nonce| self.status(*nonce) == MessageStatus::Pending)
            .collect();
        pending.sort_by_key(position);
        pending
    }

    pub(super) fn is_read(&self, block: Option<u64>) -> bool {
        let tip = self.destination.last().map(|tip| tip.block.number);
        block.is_some_and(|block| tip.is_some_and(|tip| block <= tip))
    }

    /// The nonces whose transactions may deliver a message yet, oldest first.
    pub(super) fn carriers(&self, message: u64) -> Vec<u64> {
        let is_used =
            |nonce| self.attempts.iter().any(|attempt| attempt.nonce == nonce && self.is_read(attempt.block));
        let may_deliver = |attempt: &&ModelAttempt| {
            attempt.messages.contains(&message)
                && (attempt.state.is_open() || attempt.block.is_some() && !self.is_read(attempt.block))
                && !is_used(attempt.nonce)
        };
        self.attempts.iter().filter(may_deliver).map(|attempt| attempt.nonce).collect()
    }

    pub(super) fn holder(&self, message: u64) -> Option<u64> {
        let carriers = self.carriers(message);
        let hold = self.holds.get(&message).filter(|hold| carriers.contains(hold));
        hold.or(carriers.last()).copied()
    }

    pub(super) fn void_attempts(&mut self, above: Option<u64>) -> Vec<B256> {
        let mut reopened = Vec::new();
        for (number, attempt) in self.attempts.iter_mut().enumerate() {
            if attempt.block.is_some_and(|block| above.is_none_or(|above| block > above)) {
                attempt.set(AttemptState::Broadcast, None);
                reopened.push(tx(number as u64));
            }
        }
        reopened
    }
}

pub(super) fn tx(attempt: u64) -> B256 {
    hash(&[attempt, 77])
}
