//! A bridge of whose tokens one has a price: what carries it passes every trial, and reverts in the block.

use alloy::primitives::Address;

use super::{
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
    /// back of it since.
    pub(super) fn vain_gas(&self) -> (u64, u64) {
        let mined = || self.node.blocks.iter().flat_map(|block| &block.ours);
        let vain: u64 = mined().map(|mined| mined.failed().count() as u64 * GAS).sum();
        let earned: u64 = mined().map(|mined| mined.delivered.len() as u64 * GAS).sum();
        let policy = policy(self.weather);
        let budget = policy.vain_gas_per_sender;
        let came_back = (2 * budget + earned / 4) * self.node.blocks.len() as u64 / policy.vain_half_life;
        (vain, budget + earned / 4 + came_back + ABOVE * GAS)
    }
}
