//! What happens on the sources: messages are sent, sent again, moved and taken away by reorgs, and become safe.

use alloy::primitives::Address;

use super::{
    weather::CAUTIOUS,
    world::{World, varied},
};
use crate::engine::{Event, Message, test_util::message_at};

impl World {
    pub(super) fn send(&mut self, vary: u16) {
        let sources = if self.weather.behind { 3 } else { 2 };
        let source = 901 + u64::from(vary % sources);
        let mut block = Vec::new();
        for _ in 0..=vary % 3 {
            self.next_block += u64::from(vary.is_multiple_of(3));
            block.push(self.place(source));
        }
        self.announce(block, vary);
    }

    /// A message in a block of its own.
    pub(super) fn send_from(&mut self, source: u64) {
        self.next_block += 1;
        let message = self.place(source);
        self.announce(vec![message], 1);
    }

    fn place(&mut self, source: u64) -> Message {
        self.next_id += 1;
        let id = self.next_id;
        let at = u32::try_from(id).expect("few messages");
        let mut message = message_at(id, source, self.next_block, at);
        message.identifier.timestamp = self.stamp(source, self.next_block);
        // Some have a sender or a target in common.
        let message = Message {
            sender: Address::left_padding_from(&(id % 5).to_be_bytes()),
            target: Address::left_padding_from(&(id % 7).to_be_bytes()),
            ..message
        };
        self.bridged(message, id)
    }

    fn announce(&mut self, block: Vec<Message>, vary: u16) {
        for (message, vary) in block.iter().zip(varied(vary)) {
            let at = (message.identifier.block_number, message.identifier.log_index);
            self.rules.valid.insert((message.hash, at));
            if self.is_bad(message) || self.weather.reverting && vary.is_multiple_of(7) {
                self.rules.reverting.insert(message.hash);
            }
            self.source.insert(message.hash, message.clone());
        }
        self.from_source.push_back(Event::Seen(block));
    }

    pub(super) fn some_message(&self, vary: u16) -> Option<Message> {
        let count = self.source.len().max(1);
        self.source.values().nth(usize::from(vary) % count).cloned()
    }

    pub(super) fn resend(&mut self, vary: u16) {
        let Some(mut message) = self.some_message(vary) else { return };
        self.next_block += 1;
        message.identifier.block_number = self.next_block;
        message.identifier.timestamp = self.stamp(message.source, self.next_block);
        self.announce(vec![message], vary);
    }

    /// A reorg of the source: a message disappears, for good or to come back elsewhere.
    pub(super) fn move_or_orphan(&mut self, vary: u16) {
        let Some(message) = self.some_message(vary) else { return };
        // What the destination executed cannot vanish on its source without the destination reorganising too.
        if self.node.is_delivered(message.hash, 0) {
            return;
        }
        let is_settled = message.source != CAUTIOUS || message.identifier.block_number <= self.safe;
        if self.weather.cautious && is_settled {
            return;
        }
        self.rules.valid.retain(|(hash, _)| *hash != message.hash);
        self.source.remove(&message.hash);
        self.from_source.push_back(Event::Orphaned(message.hash));
        if !vary.is_multiple_of(3) {
            self.source.insert(message.hash, message);
            // What is safe is not sent again here: that costs a version.
            if !self.weather.cautious {
                self.resend(u16::try_from(self.source.len()).expect("few messages"));
            }
            self.revalidate();
        }
    }

    /// After a move: every message that exists has at least one valid log.
    fn revalidate(&mut self) {
        let without: Vec<Message> = self
            .source
            .values()
            .filter(|message| !self.rules.valid.iter().any(|(hash, _)| *hash == message.hash))
            .cloned()
            .collect();
        for mut message in without {
            self.next_block += 1;
            message.identifier.block_number = self.next_block;
            message.identifier.timestamp = self.stamp(message.source, self.next_block);
            self.announce(vec![message], 1);
        }
    }

    /// More of a source is safe now.
    pub(super) fn become_safe(&mut self, vary: u16) {
        if self.weather.cautious {
            self.safe = self.safe.max(self.next_block.saturating_sub(u64::from(vary % 8)));
            // After what happened to its blocks before.
            self.from_source.push_back(Event::Settled { source: CAUTIOUS, up_to: Some(self.safe) });
        }
    }
}
