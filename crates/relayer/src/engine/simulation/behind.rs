//! A destination that is behind: it learns late of one source's blocks, and the clock of another source is ahead of its own.
//! Trials pass all the same, and what comes too early is refused when it is sent.

use alloy::primitives::U256;
use causeway_interop::Identifier;

use super::world::World;

/// The source whose blocks the destination learns of late, and how late, in seconds.
const LATE: u64 = 901;
const LATE_BY: u64 = 5;
/// The source whose clock is ahead, and how far, in seconds.
const AHEAD: u64 = 902;
const AHEAD_BY: u64 = 9;
/// The source with which all is well.
const GOOD: u64 = 903;
/// One in so many of its messages is refused all the same while it flows, for what it is.
const FILTERED: u64 = 8;
/// For so many blocks each source sends a message, once all is calm.
const FLOW: u64 = 64;
/// So many blocks after all became calm, what was left from before has gone.
const SETTLED: u64 = 24;

/// What came of the messages that were sent when all was calm.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    /// How many blocks a message of each kind of source took at most, from when the destination could take it.
    good: u64,
    late: u64,
    ahead: u64,
    /// How many transactions did nothing.
    idle: usize,
    /// How many times a transaction was refused.
    refused: usize,
}

impl Flow {
    /// Whether it is as it should be. What is refused for what it is may have been signed beside others: then the nonce is used up.
    /// So it is with all that was on its way before the first refusal.
    pub(super) const fn within(self, wide: bool) -> bool {
        let filtered = (FLOW / FILTERED) as usize;
        let idle = filtered + if wide { 8 } else { 0 };
        self.good <= 16
            && self.late <= 8
            && self.ahead <= 8
            && self.idle <= idle
            && self.refused <= 6 * FLOW as usize
    }
}

impl World {
    /// The timestamp of a message that a source sends now.
    pub(super) fn stamp(&self, source: u64, block_number: u64) -> u64 {
        if !self.weather.behind {
            return 1_000 + block_number;
        }
        self.now() + if source == AHEAD { AHEAD_BY } else { 0 }
    }

    /// When the destination's newest block was made.
    fn now(&self) -> u64 {
        1_000 + self.node.blocks.len() as u64
    }

    /// Whether the destination refuses whatever carries this, for now.
    pub(super) fn is_early(&self, identifier: &Identifier) -> bool {
        let is_filtered = identifier.chain_id == U256::from(GOOD) && self.is_filtered(identifier);
        let is_late = identifier.chain_id == U256::from(LATE);
        let known_after = if is_late { LATE_BY } else { 0 };
        let is_deaf = is_late && self.deaf_since.is_some_and(|since| identifier.timestamp > since);
        self.weather.behind && (is_filtered || is_deaf || identifier.timestamp + known_after > self.now() + 1)
    }

    fn is_filtered(&self, identifier: &Identifier) -> bool {
        !self.has_flowed && u64::from(identifier.log_index).is_multiple_of(FILTERED)
    }

    /// The destination hears nothing of a source any more, or again.
    pub(super) fn turn_deaf(&mut self) {
        self.deaf_since = match self.deaf_since {
            None => Some(self.now()),
            Some(_) => None,
        };
    }

    /// Has each source send a message in each of some blocks, with nothing else that goes wrong.
    pub(super) fn flow(&mut self) {
        for _ in 0..FLOW {
            for source in [LATE, AHEAD, GOOD] {
                self.send_from(source);
            }
            self.go_on();
        }
        self.has_flowed = true;
    }

    /// What came of what was sent when all was calm.
    pub(super) fn flowed(&self) -> Flow {
        let mut flow = Flow { refused: self.refused, ..Flow::default() };
        let calm = self.node.blocks.iter().zip(1..).skip(self.calm_after);
        for (block, number) in calm {
            for mined in &block.ours {
                flow.idle += usize::from(mined.tx.effect.is_empty());
                for message in mined.delivered.iter().filter_map(|message| self.source.get(message)) {
                    let (kind, due) = match message.source {
                        LATE => (&mut flow.late, LATE_BY),
                        AHEAD => (&mut flow.ahead, 0),
                        _ if u64::from(message.identifier.log_index).is_multiple_of(FILTERED) => continue,
                        _ => (&mut flow.good, 0),
                    };
                    let took = (1_000u64 + number).saturating_sub(message.identifier.timestamp + due);
                    if message.identifier.timestamp > 1_000 + self.calm_after as u64 + SETTLED {
                        *kind = took.max(*kind);
                    }
                }
            }
        }
        flow
    }
}
