use super::{Cause, FallenBlock};
use crate::{Header, IndexError, Snapshot};
use alloy_primitives::U256;
use causeway_interop::{Claim, DependencySet, ExecutingMessage, Facts, Verdict, rules};

/// A block that executes messages and is the next of its chain to be decided.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) chain_id: U256,
    pub(super) header: Header,
    pub(super) deposit_logs: u32,
    pub(super) messages: Vec<(u32, ExecutingMessage)>,
}

/// What a message means for the block that executes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing {
    /// It is valid, and its block stands.
    Sound,
    /// It is valid, and its block is decided together with the one that executes it.
    Together { chain_id: U256, number: u64 },
    /// It cannot be decided yet.
    Open,
    /// The block falls.
    Falls(Cause),
}

/// How far another chain is decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach<'a> {
    /// Everything up to here stands.
    pub(super) head: Option<u64>,
    /// The next block that executes messages, if it may be decided now.
    pub(super) next: Option<u64>,
    /// The block that falls.
    pub(super) fallen: Option<&'a FallenBlock>,
}

impl Candidate {
    pub(super) fn read(snapshot: &Snapshot, chain_id: U256, number: u64) -> Result<Self, IndexError> {
        let header = snapshot.header(chain_id, number)?;
        let header = header.ok_or(IndexError::Corrupt { what: "a block with messages has no header" })?;
        let deposit_logs = snapshot.deposit_logs(chain_id, number)?;
        Ok(Self { chain_id, header, deposit_logs, messages: snapshot.executing(chain_id, number)? })
    }

    /// What the rules say of a message of this block.
    pub(super) fn verdict(
        &self,
        message: &ExecutingMessage,
        set: &DependencySet,
        snapshot: &Snapshot,
    ) -> Result<Verdict, IndexError> {
        let claim = Claim::executed(self.chain_id, self.header.timestamp, *message);
        let id = &message.identifier;
        // What a message shows by itself costs no look-up, unless its chain may join the set.
        if !set.may_join(id.chain_id)
            && let Err(reason) = rules::check_claim(&claim, set)
        {
            return Ok(reason.into());
        }
        let block = snapshot.source(id.chain_id, id.block_number, id.log_index)?;
        Ok(rules::check(&claim, set, &Facts::new(block)))
    }

    /// Where a valid message leaves this block, given how far the chain that it came from is decided.
    pub(super) fn standing(&self, log_index: u32, message: &ExecutingMessage, source: Reach<'_>) -> Standing {
        let id = &message.identifier;
        let (chain_id, number) = (id.chain_id, id.block_number);
        if source.head.is_some_and(|head| number <= head) {
            return Standing::Sound;
        }
        if let Some(fallen) = source.fallen
            && number >= fallen.header.number
        {
            let falls = Cause::DependsOn { log_index, chain_id, block_number: number };
            // What deposits emitted is there again in the block that replaces it.
            return if fallen.takes(number, id.log_index) { Standing::Falls(falls) } else { Standing::Open };
        }
        let is_now = id.timestamp == self.header.timestamp;
        if chain_id == self.chain_id && is_now && number > self.header.number {
            // Blocks of one chain have timestamps of their own; where they do not, this is a cycle.
            return Standing::Falls(Cause::Cycle);
        }
        if is_now && source.next == Some(number) {
            return Standing::Together { chain_id, number };
        }
        Standing::Open
    }
}
