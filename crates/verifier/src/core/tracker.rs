use super::SourceEvent;
use crate::{ChainView, Change, Header, IndexedBlock, Snapshot, SourceState, safety::Labels};
use alloy_primitives::U256;
use std::sync::Arc;

/// One chain, as far as its news tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracker {
    pub(super) state: SourceState,
    pub(super) history_complete: bool,
    /// Why nothing older than the oldest block can be had, if so.
    pub(super) history_ends: Option<Arc<str>>,
    /// Whether the node pushes its heads, and how often it has ceased to.
    pub(super) pushed: bool,
    pub(super) fallbacks: u64,
    pub(super) labels: Labels,
    pub(super) epoch: u64,
    pub(super) reorgs: u64,
    /// Number and timestamp of the lowest block that went away and was not accounted for yet.
    pub(super) lowest_removed: Option<(u64, u64)>,
    /// The first block of a new chain, not accounted for yet.
    pub(super) anchor: Option<u64>,
    /// Oldest and newest block once the changes are made.
    ends: Option<(Header, Header)>,
    /// Blocks that these changes added, to look up what the index does not have yet.
    added: Vec<Header>,
}

/// The news do not fit what is known: in words, without secrets.
#[derive(Debug)]
pub(super) struct Adrift(pub(super) Arc<str>);

impl Adrift {
    /// A block that should stand on another.
    fn off(block: &Header, parent: Option<&Header>) -> Self {
        let Header { number, hash, timestamp, .. } = block;
        Self(match parent {
            Some(parent) if parent.hash == block.parent_hash => format!(
                "block {number} ({hash}) of second {timestamp} is older than the block that it stands on, of \
                 second {}",
                parent.timestamp
            ),
            Some(parent) => format!(
                "block {number} ({hash}) does not stand on block {} ({})",
                parent.number, parent.hash
            ),
            None => format!("nothing is known of the chain to which block {number} ({hash}) belongs"),
        }.into())
    }
}

impl Tracker {
    /// Goes on with what the index has. Until the chain's node was heard of that may be outdated, but for what is final.
    pub(super) fn resume(known: Option<&ChainView>, suspended: Option<Arc<str>>) -> Self {
        let ends = known.map(|chain| (chain.first, chain.tip));
        let reason = || "its node was not reached yet since the start".into();
        let state = match (suspended, ends) {
            (Some(reason), _) => SourceState::Suspended { reason },
            (None, Some(_)) => SourceState::Stale { reason: reason() },
            (None, None) => SourceState::Starting,
        };
        Self { ends, state, ..Self::default() }
    }

    /// Why the chain waits for the operator, if it does.
    pub(super) const fn suspended(&self) -> Option<&Arc<str>> {
        match &self.state {
            SourceState::Suspended { reason } => Some(reason),
            _ => None,
        }
    }

    /// Whether any block of the chain is known.
    pub(super) const fn is_known(&self) -> bool {
        self.ends.is_some()
    }

    /// Takes in an event, and adds what it changes in the index.
    pub(super) fn take(
        &mut self,
        event: SourceEvent,
        snapshot: &Snapshot,
        chain_id: U256,
        changes: &mut Vec<(U256, Change)>,
    ) -> Result<(), Adrift> {
        match event {
            SourceEvent::Block(block) => changes.push((chain_id, self.append(block)?)),
            SourceEvent::Older(blocks) => {
                self.history_ends = None;
                for block in blocks {
                    changes.push((chain_id, self.prepend(block)?));
                }
            }
            SourceEvent::Reorg { ancestor } => {
                changes.push((chain_id, self.reorg(&ancestor, snapshot, chain_id)?));
            }
            SourceEvent::Forget => changes.extend(self.forget().map(|change| (chain_id, change))),
            SourceEvent::HistoryComplete => {
                (self.history_complete, self.history_ends) = (true, None);
            }
            SourceEvent::HistoryEnds { reason } => self.history_ends = Some(reason),
            SourceEvent::Pushed(pushed) => {
                self.fallbacks += u64::from(self.pushed && !pushed);
                self.pushed = pushed;
            }
            SourceEvent::Labels { safe, finalized } => self.labels = SourceEvent::labels(safe, finalized),
            other => self.enter(other),
        }
        Ok(())
    }

    /// Takes in how it stands with the node.
    fn enter(&mut self, event: SourceEvent) {
        self.state = match (event, &self.state) {
            (SourceEvent::Suspended { reason }, _) => SourceState::Suspended { reason },
            // Only the operator's word ends that, and it begins with forgetting.
            (_, SourceState::Suspended { .. }) => return,
            (SourceEvent::Online, _) => SourceState::Following,
            (SourceEvent::Offline { reason }, SourceState::Stale { .. }) => SourceState::Stale { reason },
            (SourceEvent::Offline { reason }, _) => SourceState::Offline { reason },
            (SourceEvent::Stale, SourceState::Offline { reason }) => {
                SourceState::Stale { reason: reason.clone() }
            }
            _ => return,
        };
    }

    fn append(&mut self, block: IndexedBlock) -> Result<Change, Adrift> {
        let header = block.header;
        self.ends = match self.ends {
            Some((first, tip)) if header.is_child_of(&tip) => Some((first, header)),
            Some((_, tip)) => return Err(Adrift::off(&header, Some(&tip))),
            None => {
                self.anchor = Some(header.number);
                Some((header, header))
            }
        };
        self.added.push(header);
        Ok(Change::Append(block))
    }

    fn prepend(&mut self, block: IndexedBlock) -> Result<Change, Adrift> {
        let header = block.header;
        match &mut self.ends {
            Some((first, _)) if first.is_child_of(&header) => *first = header,
            Some((first, _)) => return Err(Adrift::off(first, Some(&header))),
            None => return Err(Adrift::off(&header, None)),
        }
        self.added.push(header);
        Ok(Change::Prepend(block))
    }

    fn reorg(&mut self, ancestor: &Header, snapshot: &Snapshot, chain_id: U256) -> Result<Change, Adrift> {
        let known = self.header(ancestor.number, snapshot, chain_id);
        if known.as_ref() != Some(ancestor) {
            let Header { number, hash, .. } = ancestor;
            return Err(Adrift(
                format!("a reorg goes back to block {number} ({hash}), which is not known").into(),
            ));
        }
        let from = ancestor.number + 1;
        // What comes instead may be older than what goes: of the second after the ancestor's, where chains are in order.
        let next = ancestor.timestamp.saturating_add(1);
        let lowest =
            self.header(from, snapshot, chain_id).map_or(ancestor.timestamp, |lowest| lowest.timestamp);
        self.remove_from(from, lowest.min(next));
        self.ends = self.ends.map(|(first, _)| (first, *ancestor));
        Ok(Change::Truncate { from })
    }

    fn forget(&mut self) -> Option<Change> {
        if let Some((first, _)) = self.ends.take() {
            self.remove_from(0, first.timestamp);
        }
        let Self { epoch, reorgs, lowest_removed, pushed, fallbacks, .. } = *self;
        *self = Self { epoch, reorgs, lowest_removed, pushed, fallbacks, ..Self::default() };
        Some(Change::Truncate { from: 0 })
    }

    fn remove_from(&mut self, from: u64, timestamp: u64) {
        let lowest = (from, timestamp);
        self.lowest_removed = Some(self.lowest_removed.map_or(lowest, |known| known.min(lowest)));
        self.added.retain(|header| header.number < from);
        // What was fetched below the block that the chain was begun with is trusted like that one.
        self.anchor = self.anchor.and_then(|anchor| Some(anchor.min(from.checked_sub(1)?)));
        self.epoch += 1;
        self.reorgs += 1;
    }

    /// A block of the chain as the changes leave it.
    fn header(&self, number: u64, snapshot: &Snapshot, chain_id: U256) -> Option<Header> {
        let (first, tip) = self.ends?;
        if number < first.number || number > tip.number {
            return None;
        }
        let added = self.added.iter().find(|header| header.number == number).copied();
        // A header that cannot be read is as good as none: the chain is followed anew.
        added.or_else(|| snapshot.header(chain_id, number).ok().flatten())
    }

    /// Takes over what the index has now that the changes are made.
    pub(super) fn settle(&mut self, known: Option<&ChainView>) {
        self.added.clear();
        self.ends = known.map(|chain| (chain.first, chain.tip));
    }
}
