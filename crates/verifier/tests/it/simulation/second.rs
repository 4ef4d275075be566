//! The blocks of a second while they are made.

use super::logs::Hashed;
use alloy_primitives::U256;
use causeway_interop::ExecutingMessage;
use std::sync::Arc;

/// A log to be: the messages of a second are made once the logs of all blocks of it are there.
pub(super) type Draft = Vec<Option<Arc<Hashed>>>;

/// The logs of a block, and what they execute.
pub(super) type Logs = Vec<(Arc<Hashed>, Option<ExecutingMessage>)>;

/// The blocks of a second, of which the first ones are done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Second<'a> {
    pub(super) timestamp: u64,
    pub(super) drafts: &'a [(usize, u32, Draft)],
    pub(super) done: &'a [(usize, u32, Logs)],
}

impl Second<'_> {
    /// What is there yet of a block's logs, if the chain has one in this second.
    pub(super) fn logs(&self, place: usize) -> Option<Vec<Option<Arc<Hashed>>>> {
        // What a block executes that is done can itself be executed.
        if let Some((.., logs)) = self.done.iter().find(|(done, ..)| *done == place) {
            return Some(logs.iter().map(|(log, _)| Some(Arc::clone(log))).collect());
        }
        self.drafts.iter().find(|(draft, ..)| *draft == place).map(|(.., draft)| draft.clone())
    }

    /// The logs of blocks that are done which execute a log of this second on that chain, by place and index.
    pub(super) fn executing(&self, chain_id: U256) -> Vec<(usize, usize)> {
        let is_it = |message: &ExecutingMessage| {
            message.identifier.chain_id == chain_id && message.identifier.timestamp == self.timestamp
        };
        let mut found = Vec::new();
        for (place, _, logs) in self.done {
            let executing =
                logs.iter().enumerate().filter(|(_, (_, message))| message.as_ref().is_some_and(is_it));
            found.extend(executing.map(|(index, _)| (*place, index)));
        }
        found
    }
}
