//! What the verifier was told, kept as plain lists.

use super::node::Sealed;
use alloy_primitives::B256;
use causeway_verifier::{Header, SourceEvent, SourceState};
use std::sync::Arc;

/// News as the nodes tell them: the event for the verifier, and the blocks that it is about for the model.
#[derive(Clone, Debug)]
pub(super) enum News {
    Block(Arc<Sealed>),
    Older(Vec<Arc<Sealed>>),
    Other(SourceEvent),
}

impl News {
    pub(super) fn event(&self) -> SourceEvent {
        match self {
            Self::Block(block) => SourceEvent::Block(block.indexed()),
            Self::Older(blocks) => SourceEvent::Older(blocks.iter().map(|block| block.indexed()).collect()),
            Self::Other(event) => event.clone(),
        }
    }
}

pub(super) type Label = Option<(u64, B256)>;

/// One chain, as far as the verifier was told.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// All blocks since the chain was begun, those that were pruned included.
    pub(super) blocks: Vec<Arc<Sealed>>,
    /// The oldest block that was not pruned.
    pub(super) first: u64,
    pub(super) labels: (Label, Label),
    pub(super) state: SourceState,
    pub(super) history_complete: bool,
    pub(super) local_safe: Option<u64>,
    pub(super) finalized: Option<u64>,
    /// The two, as they were written last: what is left of them after a restart.
    pub(super) written: (Option<u64>, Option<u64>),
    pub(super) heads: Heads,
    /// The newest of the timestamps at which the chain was forgotten.
    pub(super) forgotten_at: Option<u64>,
    pub(super) is_adrift: bool,
    /// The lowest block that this step has removed.
    pub(super) removed_from: Option<u64>,
}

/// What the model works out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heads {
    pub(super) cross_unsafe: Option<u64>,
    pub(super) safe: Option<u64>,
    pub(super) fallen: Option<u64>,
}

impl Known {
    pub(super) fn tip(&self) -> Option<&Arc<Sealed>> {
        self.blocks.last()
    }

    /// A block, be it pruned or not.
    pub(super) fn ever(&self, number: u64) -> Option<&Arc<Sealed>> {
        let oldest = self.blocks.first()?.number();
        self.blocks.get(number.checked_sub(oldest)? as usize)
    }

    /// A block that was not pruned.
    pub(super) fn block(&self, number: u64) -> Option<&Arc<Sealed>> {
        self.ever(number).filter(|_| number >= self.first)
    }

    pub(super) fn header(&self, number: Option<u64>) -> Option<Header> {
        self.block(number?).map(|block| *block.header())
    }

    /// Takes in news. Whether blocks changed is told; news that do not fit end the chain's part in the step.
    pub(super) fn take(&mut self, news: &News) -> bool {
        if self.is_adrift {
            return false;
        }
        match news {
            News::Block(block) => self.append(block),
            News::Older(blocks) => {
                let before = self.blocks.len();
                self.is_adrift = !blocks.iter().all(|block| self.prepend(block));
                self.blocks.len() > before
            }
            News::Other(event) => self.take_other(event),
        }
    }

    fn append(&mut self, block: &Arc<Sealed>) -> bool {
        match self.tip() {
            Some(tip)
                if block.header().parent_hash != tip.header().hash || block.number() != tip.number() + 1 =>
            {
                self.is_adrift = true;
                return false;
            }
            Some(_) => {}
            None => {
                self.first = block.number();
                // The first block is believed.
                (self.local_safe, self.finalized) = (Some(self.first), Some(self.first));
            }
        }
        self.blocks.push(Arc::clone(block));
        true
    }

    fn prepend(&mut self, block: &Arc<Sealed>) -> bool {
        let fits = self.block(self.first).is_some_and(|first| {
            first.header().parent_hash == block.header().hash && first.number() == block.number() + 1
        });
        if fits {
            self.blocks.retain(|known| known.number() > block.number());
            self.blocks.insert(0, Arc::clone(block));
            self.first = block.number();
        }
        fits
    }

    fn take_other(&mut self, event: &SourceEvent) -> bool {
        match event {
            SourceEvent::Reorg { ancestor } => {
                if self.header(Some(ancestor.number)) != Some(*ancestor) {
                    self.is_adrift = true;
                    return false;
                }
                self.remove_above(ancestor.number);
                return true;
            }
            SourceEvent::Forget => {
                self.forget();
                return true;
            }
            SourceEvent::Labels { safe, finalized } => self.labels = (*safe, *finalized),
            SourceEvent::HistoryComplete => self.history_complete = true,
            SourceEvent::Online if !self.is_suspended() => self.state = SourceState::Following,
            SourceEvent::Offline { reason } if !self.is_suspended() => {
                let reason = Arc::clone(reason);
                self.state = match self.state {
                    SourceState::Stale { .. } => SourceState::Stale { reason },
                    _ => SourceState::Offline { reason },
                };
            }
            SourceEvent::Stale => {
                if let SourceState::Offline { reason } = &self.state {
                    self.state = SourceState::Stale { reason: Arc::clone(reason) };
                }
            }
            SourceEvent::Suspended { reason } => {
                let before =
                    std::mem::replace(&mut self.state, SourceState::Suspended { reason: Arc::clone(reason) });
                // It is written, for it outlives a restart.
                return before != self.state;
            }
            _ => {}
        }
        false
    }

    fn is_suspended(&self) -> bool {
        matches!(self.state, SourceState::Suspended { .. })
    }

    fn remove_above(&mut self, number: u64) {
        self.blocks.retain(|block| block.number() <= number);
        let lower = |mark: Option<u64>| mark.map(|mark| mark.min(number));
        (self.local_safe, self.finalized) = (lower(self.local_safe), lower(self.finalized));
        self.removed_from = Some(self.removed_from.map_or(number + 1, |from| from.min(number + 1)));
    }

    fn forget(&mut self) {
        let first = self.block(self.first).map(|block| block.timestamp());
        let removed_from = if first.is_some() { Some(0) } else { self.removed_from };
        let forgotten_at = self.forgotten_at.max(first);
        *self = Self { removed_from, forgotten_at, ..Self::default() };
    }

    /// Believes the node's word on what is on L1 where it speaks of a block that is known.
    pub(super) fn confirmed(&self, label: Label, before: Option<u64>) -> Option<u64> {
        let tip = self.tip()?.number();
        match label {
            Some((number, hash)) if self.header(Some(number)).is_some_and(|header| header.hash == hash) => {
                Some(number)
            }
            _ => before.map(|number| number.min(tip)),
        }
    }

    /// What a restart leaves. Until the node was heard of, what the index has may be outdated; a suspension is in the index.
    pub(super) fn restart(&mut self) {
        (self.labels, self.history_complete) = ((None, None), false);
        if !self.is_suspended() {
            let reason = "its node was not reached yet since the start".into();
            self.state =
                if self.tip().is_some() { SourceState::Stale { reason } } else { SourceState::Starting };
        }
        (self.local_safe, self.finalized) = self.written;
    }
}
