//! Which messages wait until the blocks of their source are safe enough.

use alloy::primitives::B256;

use super::Lane;

impl Lane {
    /// The source's blocks up to this one are safe enough. It may be an earlier one than before, after a reorg.
    pub(super) fn settle_source(&mut self, source: u64, up_to: Option<u64>) {
        self.settled.insert(source, up_to);
        let waiting = self.roster.waiting().filter(|entry| entry.message.source == source);
        let mut concerned: Vec<B256> = waiting.map(|entry| entry.message.hash).collect();
        concerned.retain(|message| self.is_unsettled(*message));
        if let Some(up_to) = up_to {
            concerned.extend(self.roster.unsettled(source, up_to));
        }
        for message in concerned {
            self.queue(message);
        }
    }

    /// Whether the message's source block is not as safe as it has to be. Then no transaction takes it, not even the next
    /// version of one that is out with it.
    pub(crate) fn is_unsettled(&self, message: B256) -> bool {
        let Some(entry) = self.roster.get(message) else { return false };
        match self.settled.get(&entry.message.source) {
            None => false,
            Some(None) => true,
            Some(Some(up_to)) => entry.message.identifier.block_number > *up_to,
        }
    }
}
