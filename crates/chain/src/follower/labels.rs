use crate::{
    BlockRef,
    node::{Labels as Named, Node},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

/// What the node names, or why it says nothing.
pub(super) type Answer = Result<Named, String>;

/// What is known about the node's labels.
#[derive(Debug, Default)]
pub(super) struct Labels {
    safe: Option<BlockRef>,
    finalized: Option<BlockRef>,
    /// When they were asked for, and our tip at that time.
    asked: Option<(Instant, Option<BlockRef>)>,
    /// The question that is under way, one at most. It is asked beside the following: a node that has no answer to it, or
    /// takes its time, may be as good as any for the blocks.
    asking: JoinSet<Answer>,
    /// Whether the node has ever answered.
    is_known: bool,
    /// Whether the node did not answer the last time.
    is_silent: bool,
}

impl Labels {
    /// When to ask for them since the head has moved; `None` when it has not, and while they are asked for.
    pub(super) fn due(&self, tip: Option<BlockRef>, interval: Duration) -> Option<Instant> {
        self.asked.filter(|(_, at)| self.asking.is_empty() && *at != tip).map(|(at, _)| at + interval)
    }

    /// Asks for them, unless that was done just before or is still under way. After `patience` the node counts as silent.
    pub(super) fn ask(
        &mut self,
        node: &Arc<Node>,
        tip: Option<BlockRef>,
        interval: Duration,
        patience: Duration,
    ) {
        let now = Instant::now();
        if !self.asking.is_empty() || self.asked.is_some_and(|(at, _)| now < at + interval) {
            return;
        }
        self.asked = Some((now, tip));
        let node = Arc::clone(node);
        self.asking.spawn(async move {
            match timeout(patience, node.labels()).await {
                Ok(answer) => answer.map_err(|fault| fault.to_string()),
                Err(_) => Err(format!("no answer within {} ms", patience.as_millis())),
            }
        });
    }

    /// Forgets the question that is under way: it was for a node that may no longer be followed.
    pub(super) fn forget(&mut self) {
        self.asking = JoinSet::new();
    }

    /// The answer, if it has come.
    pub(super) fn answered(&mut self) -> Option<Answer> {
        self.asking.try_join_next()?.ok()
    }

    /// Waits for the answer. `None` where nothing is asked.
    pub(super) async fn answer(&mut self) -> Option<Answer> {
        self.asking.join_next().await?.ok()
    }

    /// Takes in what the node says, and whether that is new, as the first answer is.
    pub(super) fn learn(&mut self, (safe, finalized): Named) -> bool {
        let is_new = !self.is_known || (safe, finalized) != (self.safe, self.finalized);
        (self.safe, self.finalized, self.is_known) = (safe, finalized, true);
        is_new
    }

    /// Notes whether the node has answered, and tells whether that is another case than before.
    pub(super) fn note_silence(&mut self, is_silent: bool) -> bool {
        std::mem::replace(&mut self.is_silent, is_silent) != is_silent
    }
}
