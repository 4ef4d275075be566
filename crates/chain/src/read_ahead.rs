use crate::{
    BlockLogs,
    node::{Fault, Node},
};
use std::{collections::VecDeque, sync::Arc};
use tokio_util::task::AbortOnDropHandle;

/// How many blocks to ask for at once: less when the node refuses, more again while it does not.
#[derive(Debug)]
pub(crate) struct BatchSize {
    current: u64,
    most: u64,
}

impl BatchSize {
    pub(crate) fn new(most: u64) -> Self {
        Self { current: most.max(1), most: most.max(1) }
    }

    pub(crate) const fn get(&self) -> u64 {
        self.current
    }

    /// After a request for `size` blocks was refused.
    pub(crate) fn shrink(&mut self, size: u64) {
        self.current = (size / 2).clamp(1, self.current);
    }

    pub(crate) fn grow(&mut self) {
        self.current = (self.current + self.current / 4 + 1).min(self.most);
    }
}

/// Batches of blocks that are being read at the same time and are handed out in the order of the requests. Dropping
/// it abandons what is under way.
pub(crate) struct ReadAhead {
    node: Arc<Node>,
    most: usize,
    batches: VecDeque<Batch>,
}

/// A batch that is being read.
struct Batch {
    size: u64,
    task: AbortOnDropHandle<Result<Vec<BlockLogs>, Fault>>,
}

/// A batch that could not be read.
pub(crate) struct Refusal {
    /// How many blocks were asked for.
    pub(crate) size: u64,
    pub(crate) fault: Fault,
}

impl Refusal {
    /// Whether asking for fewer blocks may help.
    pub(crate) const fn may_be_too_large(&self) -> bool {
        self.size > 1 && self.fault.may_be_too_large()
    }
}

impl ReadAhead {
    /// A concurrency of zero is taken for one.
    pub(crate) fn new(node: &Arc<Node>, concurrency: usize) -> Self {
        Self { node: Arc::clone(node), most: concurrency.max(1), batches: VecDeque::new() }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.batches.len() < self.most
    }

    /// Begins to read the blocks `from..=to`.
    pub(crate) fn read(&mut self, from: u64, to: u64) {
        let node = Arc::clone(&self.node);
        // A task of its own: checking a batch takes time, and so does the consumer.
        let task = AbortOnDropHandle::new(tokio::spawn(async move { node.blocks(from, to).await }));
        self.batches.push_back(Batch { size: to.saturating_sub(from).saturating_add(1), task });
    }

    /// The oldest batch, by ascending number; `None` when there is none.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<BlockLogs>, Refusal>> {
        let Batch { size, task } = self.batches.pop_front()?;
        let fault = match task.await {
            Ok(Ok(blocks)) => return Some(Ok(blocks)),
            Ok(Err(fault)) => fault,
            Err(error) => Fault::Unavailable { method: "reading ahead", reason: error.to_string() },
        };
        Some(Err(Refusal { size, fault }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_shrinks_by_halves_and_grows_again() {
        let mut batch = BatchSize::new(100);
        batch.shrink(100);
        assert_eq!(batch.get(), 50);
        // The last part of a range may be small already.
        batch.shrink(3);
        assert_eq!(batch.get(), 1);
        batch.shrink(1);
        batch.shrink(80);
        assert_eq!(batch.get(), 1, "a late refusal of an early request");
        for expected in [2, 3, 4, 6, 8, 11] {
            batch.grow();
            assert_eq!(batch.get(), expected);
        }
        (0..50).for_each(|_| batch.grow());
        assert_eq!(batch.get(), 100);
        assert_eq!(BatchSize::new(0).get(), 1);
    }
}
