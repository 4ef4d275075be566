use super::{actor::Actor, event::ChainEvent, fault::Stop};
use crate::{BlockRef, node::Fault};
use tokio::time::Instant;

/// What is known about the node's labels.
#[derive(Debug, Default)]
pub(super) struct Labels {
    safe: Option<BlockRef>,
    finalized: Option<BlockRef>,
    /// When they were asked for, and our tip at that time.
    asked: Option<(Instant, Option<BlockRef>)>,
}

impl Actor {
    /// When to ask for the labels since the head has moved; `None` when it has not.
    pub(super) fn labels_due(&self) -> Option<Instant> {
        match self.labels.asked {
            _ if !self.config.labels => None,
            Some((at, tip)) if tip != self.window.tip().copied() => Some(at + self.config.poll_interval),
            _ => None,
        }
    }

    /// Asks which blocks are safe and finalized, unless that was done just now, and tells what changed.
    pub(super) async fn update_labels(&mut self) -> Result<(), Stop> {
        let now = Instant::now();
        let is_early = self.labels.asked.is_some_and(|(at, _)| now < at + self.config.poll_interval);
        if !self.config.labels || is_early {
            return Ok(());
        }
        self.labels.asked = Some((now, self.window.tip().copied()));
        let (safe, finalized) = match self.node.labels().await {
            Ok(labels) => labels,
            // They are as they were until somebody says otherwise.
            Err(Fault::Busy { .. }) => return Ok(()),
            Err(fault) => return Err(fault.into()),
        };
        if (safe, finalized) != (self.labels.safe, self.labels.finalized) {
            (self.labels.safe, self.labels.finalized) = (safe, finalized);
            self.recovered().await?;
            self.emit(ChainEvent::Labels { safe, finalized }).await?;
        }
        Ok(())
    }
}
