//! Which messages travel together.

use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{
    Item, Message,
    account::Account,
    attempt::{Attempt, Load, Slot, Stage},
    entry::Entry,
    origin::Origin,
    stakes::Stakes,
};

/// What the batcher itself takes, and the transaction before it runs.
const BATCH_GAS: u64 = 70_000;
/// What it takes for each message beside the message's own gas: the call, and the keys of the access list.
const ITEM_GAS: u64 = 11_000;
/// What a message usually takes.
const USUAL_GAS: u64 = 100_000;
/// What a byte of calldata takes at most.
const BYTE_GAS: u64 = 16;

/// The gas of a transaction with these messages, at most. What is not known any more counts as much as most take.
pub(super) fn gas_of(items: &[Load]) -> u64 {
    items.iter().fold(BATCH_GAS, |sum, item| sum.saturating_add(gas_of_one(item)))
}

fn gas_of_one(item: &Load) -> u64 {
    (if item.gas == 0 { USUAL_GAS } else { item.gas }).saturating_add(ITEM_GAS)
}

/// What of the gas of a transaction with these messages is for those of which source: each has its share of the whole.
pub(super) fn shares_of(items: &[Load], gas: u64) -> Vec<(u64, u64)> {
    let all = items.iter().fold(0_u128, |sum, item| sum + u128::from(gas_of_one(item))).max(1);
    let mut parts = BTreeMap::<u64, u128>::new();
    for item in items {
        if let Some(source) = item.source {
            *parts.entry(source).or_default() += u128::from(gas_of_one(item));
        }
    }
    // A whole number is at least as much as the part of it.
    let share = |part: u128| u64::try_from((part * u128::from(gas)).div_ceil(all)).unwrap_or(gas);
    parts.into_iter().map(|(source, part)| (source, share(part))).collect()
}

/// What one more message takes in a batch, at most.
pub(super) const fn gas_in_batch(gas: u64, is_first: bool) -> u64 {
    gas.saturating_add(if is_first { ITEM_GAS + BATCH_GAS } else { ITEM_GAS })
}

/// A batch that is being put together.
pub(crate) struct Batch {
    items: Vec<Item>,
    messages: usize,
    gas: u64,
    bytes: usize,
    doubtful: bool,
}

impl Batch {
    /// Adds a message if it fits. One above all limits is a batch by itself.
    fn add(&mut self, entry: &Entry, gas: u64) -> bool {
        let size = entry.message.payload.len();
        let weight = gas
            .saturating_add(gas / 63 + ITEM_GAS)
            .saturating_add(BYTE_GAS * u64::try_from(size).unwrap_or(u64::MAX / BYTE_GAS));
        let messages = self.messages.min(entry.company.max(1));
        let fits = self.items.len() < messages && weight <= self.gas && size <= self.bytes;
        if fits || self.items.is_empty() {
            self.items.push(Item { message: entry.message.clone(), gas });
            self.messages = messages;
            self.gas = self.gas.saturating_sub(weight);
            self.bytes = self.bytes.saturating_sub(size);
            return true;
        }
        false
    }

    fn first(&self) -> Option<B256> {
        self.items.first().map(|item| item.message.hash)
    }

    fn loads(&self) -> Vec<Load> {
        let load = |item: &Item| {
            let Message { hash, source, .. } = item.message;
            Load { message: hash, gas: item.gas, source: Some(source) }
        };
        self.items.iter().map(load).collect()
    }
}

impl Lane {
    /// How many transactions of an account may be on their way.
    pub(in crate::engine) const fn window(&self) -> usize {
        if self.batcher { self.policy.max_in_flight } else { self.policy.max_in_flight_alone }
    }

    /// An empty batch with the room that there is.
    fn batch(&self, doubtful: bool) -> Batch {
        let limits = self.policy.limits;
        let gas = limits.gas.min(self.block_gas.map_or(u64::MAX, |gas| gas / 2));
        Batch {
            items: Vec::new(),
            messages: if self.batcher { limits.messages.max(1) } else { 1 },
            // What probably fails takes little room from what probably does not.
            gas: (if doubtful { gas / 4 } else { gas }).saturating_sub(BATCH_GAS),
            bytes: limits.bytes,
            doubtful,
        }
    }

    /// Has new transactions signed: each by the account with the fewest on their way.
    pub(super) fn submit_new(&mut self, out: &mut Vec<Command>) {
        while let Some((account, batch)) = self.next_new() {
            let Some(nonce) = self.fleet.account(account).map(|of| of.attempts.next_nonce()) else { return };
            let slot = Slot { account, nonce };
            if self.fleet.get(slot).is_some() {
                // The last nonce there is. No account gets there.
                return;
            }
            let (since, doubtful) = (self.head, batch.doubtful);
            let loads = batch.loads();
            let tries = self.tried_source(&loads);
            let attempt = Attempt { since, doubtful, tries, ..Attempt::new(loads) };
            self.fleet.insert(slot, attempt);
            self.attempted(slot);
            let signer = self.fleet.signer(account);
            out.push(Command::Submit { signer, nonce, items: batch.items, replaces: None });
        }
    }

    /// The next new transaction, and which account signs it.
    pub(crate) fn next_new(&self) -> Option<(usize, Batch)> {
        let accounts = self.next_accounts().into_iter();
        accounts.filter_map(|account| Some((account, self.next_batch(account)?))).next()
    }

    /// The accounts that may sign the next new transaction, in the order in which they are asked to: what one must not take, lest
    /// others wait for its nonce, another may.
    pub(crate) fn next_accounts(&self) -> Vec<usize> {
        if self.dear || self.is_unsure() || self.is_capped() {
            return Vec::new();
        }
        let free = self.fleet.iter().filter(|(_, account)| {
            self.can_send(account)
                && account.attempts.is_known()
                && !account.attempts.has_strangers()
                && !account.attempts.is_trying()
                && account.has_room(self.window())
        });
        // Where others wait for a nonce comes first, and last what could not sign a while ago.
        let load = |account: &Account| {
            let is_shaky = account.shaky_until > self.head;
            (is_shaky, account.attempts.gap().is_none(), account.attempts.len())
        };
        let mut free: Vec<_> = free.map(|(index, account)| (load(account), index)).collect();
        free.sort_unstable();
        free.into_iter().map(|(_, index)| index).collect()
    }

    /// Whether it is not known yet what waits in the pool for some account: it may be what would be signed.
    pub(crate) fn is_unsure(&self) -> bool {
        let patience = self.policy.strangers_patience;
        let mut since = self.fleet.iter().filter_map(|(_, account)| account.unsure_since);
        since.any(|since| since.saturating_add(patience) > self.head)
    }

    /// The messages that are to go next: those that are ready, in their order. Of each source, none goes before one that
    /// is still being judged, if that does not take too long.
    pub(crate) fn next_batch(&self, account: usize) -> Option<Batch> {
        let (mut blocked, mut batch) = (BTreeSet::new(), self.batch(false));
        // What waits for the next version of an attempt goes out with that.
        let any_void = self.fleet.attempts().any(|(_, attempt)| attempt.void);
        let has_gap = self.has_gap(account);
        let is_held = |message| any_void && self.fleet.slot_of_message(message).is_some();
        let (mut stakes, mut rooms) = (None, self.rooms());
        for entry in self.roster.guarded() {
            if entry.doubtful && !batch.doubtful {
                if !batch.items.is_empty() || !self.may_send_doubtful(account) {
                    break;
                }
                batch = self.batch(true);
            }
            let mut may_risk = |gas| {
                let stakes = stakes.get_or_insert_with(|| self.stakes_with(&batch));
                self.may_risk(entry, gas, stakes)
            };
            match entry.phase {
                _ if is_held(entry.message.hash) => {}
                _ if !self.may_join(entry, batch.first(), has_gap) => {}
                Phase::Ready { .. } if !rooms.has(entry.message.source) => {}
                Phase::Ready { gas, .. } if !has_gap && self.is_a_risk(entry, gas) && !may_risk(gas) => {}
                Phase::Ready { gas, .. } if entry.doubtful || !blocked.contains(&entry.message.source) => {
                    let is_first = batch.items.is_empty();
                    if !batch.add(entry, gas) {
                        break;
                    }
                    rooms.take(entry.message.source, gas_in_batch(gas, is_first));
                    if let Some(stakes) = &mut stakes {
                        stakes.add(Origin::of(&entry.message), gas);
                    }
                }
                Phase::Guarding { group } if !self.guards.is_in_time(group) => {}
                _ => drop(blocked.insert(entry.message.source)),
            }
        }
        Some(batch).filter(|batch| !batch.items.is_empty())
    }

    /// What is on its way, this batch included.
    fn stakes_with(&self, batch: &Batch) -> Stakes {
        let mut stakes = self.stakes();
        for Item { message, gas } in &batch.items {
            stakes.add(Origin::of(message), *gas);
        }
        stakes
    }

    /// Whether one more transaction of the account may carry doubtful messages: some of them at a time, or when others wait
    /// for the nonce.
    pub(crate) fn may_send_doubtful(&self, account: usize) -> bool {
        self.has_gap(account) || self.doubtful_in_flight() < (self.policy.max_in_flight / 4).max(1)
    }

    /// Whether transactions of the account wait for a nonce that nobody has.
    fn has_gap(&self, account: usize) -> bool {
        self.fleet.account(account).is_some_and(|account| account.attempts.gap().is_some())
    }

    /// Sends the messages again whose earlier transaction may still be out there: with the same nonce, so that a block
    /// takes one of them only. Returns false when there is no such attempt that can go.
    pub(super) fn submit_again(&mut self, account: usize, out: &mut Vec<Command>) -> bool {
        let Some(of) = self.fleet.account(account).filter(|_| !self.dear) else { return false };
        let judged = of.attempts.iter().find(|(_, attempt)| self.is_judged(attempt));
        let Some((nonce, attempt)) = judged else { return false };
        let (slot, batch) = (Slot { account, nonce }, self.batch_of(attempt));
        let is_same = batch.items.iter().all(|item| {
            let moved = self.roster.get(item.message.hash).is_some_and(|entry| entry.moved);
            !moved && attempt.newest().is_some_and(|version| version.carries(item.message.hash))
        });
        let is_same =
            is_same && attempt.newest().is_some_and(|version| version.items.len() == batch.items.len());
        let signer = of.signer;
        let Some(attempt) = self.fleet.get_mut(slot) else { return false };
        attempt.void = false;
        attempt.doomed = false;
        if std::mem::take(&mut attempt.stale) || !is_same {
            attempt.stage = Stage::Signing;
            attempt.signing = batch.loads();
            let replaces = attempt.newest().map(|version| version.tx.clone());
            out.push(Command::Submit { signer, nonce, items: batch.items, replaces });
        } else {
            attempt.stage = Stage::Unsent;
        }
        self.attempted(slot);
        true
    }

    /// Whether the next version of an attempt can be signed.
    pub(super) fn is_judged(&self, attempt: &Attempt) -> bool {
        attempt.void
            && attempt.stage == Stage::Pooled
            && !self.is_being_judged(attempt.members.iter().copied())
            && attempt.members.iter().any(|m| matches!(self.roster.phase(*m), Some(Phase::Ready { .. })))
    }

    /// Those messages of an attempt that can go, as far as they may go together.
    fn batch_of(&self, attempt: &Attempt) -> Batch {
        let mut members: Vec<&Entry> = attempt.members.iter().filter_map(|m| self.roster.get(*m)).collect();
        members.sort_by_key(|entry| entry.turn());
        let mut batch = self.batch(false);
        for entry in members {
            if let Phase::Ready { gas, .. } = entry.phase
                && !batch.add(entry, gas)
            {
                break;
            }
        }
        batch
    }

    /// The messages of the attempt are with it from now on; those that sleep are so when they wake.
    fn attempted(&mut self, slot: Slot) {
        let Some(attempt) = self.fleet.get(slot) else { return };
        let signing: BTreeSet<_> = attempt.signing.iter().map(|item| item.message).collect();
        for message in attempt.members.clone() {
            self.roster.change(message, |entry| {
                entry.moved &= !signing.contains(&message);
                if !matches!(entry.phase, Phase::Asleep { .. } | Phase::Napping) {
                    entry.phase = Phase::Attempted { slot };
                }
            });
        }
    }
}
