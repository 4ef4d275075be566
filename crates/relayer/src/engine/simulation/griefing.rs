//! A bridge of whose tokens one has a price: what carries it passes every trial, and reverts in the block.

use std::collections::BTreeMap;

use alloy::primitives::Address;

use super::{
    node::Mined,
    weather::{GAS, policy},
    world::World,
};
use crate::engine::Message;

/// Everybody's sender and target.
const BRIDGE: Address = Address::repeat_byte(0xb5);
/// The token that reverts.
const BAD: Address = Address::repeat_byte(0xbd);
/// After so many blocks at most a message is looked at again whose time had not come.
const WITHHELD_BLOCKS: u64 = 64;
/// So many blocks after all became calm what was sent before has landed.
const SETTLING: u64 = 16;
/// How many messages may be above the budget: the one that uses it up, and one whose end is not known.
const ABOVE: u64 = 2;

impl World {
    /// The message as the bridge sends it: every third with the bad token, the others with two that are as they should be.
    pub(super) fn bridged(&self, message: Message, id: u64) -> Message {
        if !self.weather.griefing {
            return message;
        }
        let token = if id.is_multiple_of(3) { BAD } else { Address::left_padding_from(&[(id % 3) as u8]) };
        Message { sender: BRIDGE, target: BRIDGE, token: Some(token), ..message }
    }

    pub(super) fn is_bad(&self, message: &Message) -> bool {
        self.weather.griefing && message.token == Some(BAD)
    }

    /// How many messages are not delivered whose token is as it should be.
    pub(super) fn undelivered_honest(&self) -> usize {
        let honest = self.source.values().filter(|message| !self.is_bad(message));
        honest.filter(|message| !self.node.is_delivered(message.hash, 0)).count()
    }

    /// In how many blocks honest messages are delivered at most, once all is calm: there are two tokens from two sources, and the
    /// bridge's budget may be used up. Half of what comes back is for those that lost nothing yet, and each may have to be looked
    /// at again before its time has come.
    pub(super) fn honest_within(&self) -> u64 {
        let policy = policy(self.weather);
        let due = (policy.vain_half_life * GAS).div_ceil(policy.vain_gas_per_sender / 2);
        let messages = self.source.len() as u64;
        4 * (WITHHELD_BLOCKS + due) + messages
    }

    /// The gas that was paid in vain, and the most that it may be: the budget, which what is delivered makes larger, and what came
    /// back of it since. Loose, for it has to hold through crashes and for what is not known yet; [`Self::too_early`] is not.
    pub(super) fn vain_gas(&self) -> (u64, u64) {
        let mined = || self.node.blocks.iter().flat_map(|block| &block.ours);
        let vain: u64 = mined().map(|mined| mined.failed().count() as u64 * GAS).sum();
        let earned: u64 = mined().map(|mined| mined.delivered.len() as u64 * GAS).sum();
        let policy = policy(self.weather);
        let budget = policy.vain_gas_per_sender;
        let came_back = (2 * budget + earned / 4) * self.node.blocks.len() as u64 / policy.vain_half_life;
        (vain, budget + earned / 4 + came_back + ABOVE * GAS)
    }

    /// The blocks in which something was lost too early, once all is calm and the lane knows all that was lost before: above what the
    /// target may lose, and sooner after the loss before than as much of its half of the budget came back.
    pub(super) fn too_early(&self) -> Vec<u64> {
        let policy = policy(self.weather);
        let wait = (policy.vain_half_life * GAS).div_ceil(policy.vain_gas_per_sender / 2);
        let calm = self.calm_after as u64;
        let mut books = Books { half_life: policy.vain_half_life, ..Books::default() };
        let mut early = Vec::new();
        for (block, number) in self.node.blocks.iter().zip(1..) {
            for message in block.ours.iter().flat_map(Mined::failed) {
                let Some(message) = self.source.get(&message) else { continue };
                let may_lose = policy.vain_gas_per_sender + books.earned.at(number, books.half_life) / 4;
                // What is on its way together was within it, a block or two before.
                let is_above = books.lost.at(number, books.half_life) > may_lose + GAS / 2;
                let before = books.lose(message.source, number);
                let is_early = before.is_some_and(|before| number < before + wait);
                if number > calm + SETTLING && is_above && is_early {
                    early.push(number);
                }
            }
            let delivered: u64 = block.ours.iter().map(|mined| mined.delivered.len() as u64 * GAS).sum();
            // Before all was calm the lane may have learned of it later, when less of it had faded.
            books.earned.add(delivered, number.max(calm), books.half_life);
        }
        early
    }
}

/// What the bridge lost and earned, by the rules of the lane and nothing else of it.
#[derive(Default)]
struct Books {
    half_life: u64,
    lost: Faded,
    earned: Faded,
    /// By source, for each is an application.
    by_source: BTreeMap<u64, Faded>,
    /// When something was lost last by an application that had lost nothing, and by one that had.
    last: [Option<u64>; 2],
}

impl Books {
    /// Notes a loss. Returns when the loss before was that this one had to wait for.
    fn lose(&mut self, source: u64, now: u64) -> Option<u64> {
        let of_source = self.by_source.entry(source).or_default();
        let had_lost = usize::from(of_source.at(now, self.half_life) > 0);
        of_source.add(GAS, now, self.half_life);
        self.lost.add(GAS, now, self.half_life);
        self.last[had_lost].replace(now)
    }
}

/// An amount of which half is forgotten in a half-life, in a straight line.
#[derive(Clone, Copy, Default)]
struct Faded {
    amount: u64,
    since: u64,
}

impl Faded {
    fn at(self, now: u64, half_life: u64) -> u64 {
        let (mut amount, mut passed) = (self.amount, now.saturating_sub(self.since));
        while passed >= half_life && amount > 0 {
            (amount, passed) = (amount / 2, passed - half_life);
        }
        amount - amount * passed.min(half_life) / (2 * half_life)
    }

    fn add(&mut self, amount: u64, now: u64, half_life: u64) {
        *self = Self { amount: self.at(now, half_life) + amount, since: now };
    }
}
