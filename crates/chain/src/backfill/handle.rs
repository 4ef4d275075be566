use super::{
    actor::Actor,
    config::BackfillConfig,
    event::{BackfillError, BackfillEvent},
};
use crate::nodes::Nodes;
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Reads the past of one chain. See [`Backfill::spawn`].
#[derive(Debug)]
pub struct Backfill;

/// The consumer's end of a running [`Backfill`].
///
/// Dropping it ends the backfill.
#[derive(Debug)]
pub struct BackfillHandle {
    /// What was read. The channel is bounded: while nobody takes events, reading pauses. It closes when the backfill
    /// has ended; [`BackfillHandle::join`] tells why.
    pub events: mpsc::Receiver<BackfillEvent>,
    /// The task.
    pub task: JoinHandle<Result<(), BackfillError>>,
}

impl Backfill {
    /// Starts to read downwards in a task of its own, until everything was read, `cancel` is cancelled, the handle is
    /// dropped, or a [`BackfillError`] makes it impossible to go on. Must be called within a tokio runtime.
    ///
    /// An unreachable node is no error: the backfill waits for it.
    pub fn spawn(config: BackfillConfig, cancel: CancellationToken) -> BackfillHandle {
        let (sender, events) = mpsc::channel(config.channel_capacity.max(1));
        let task = tokio::spawn(async move {
            let nodes = Nodes::new(&config.endpoints, &config.connect, config.chain_id, &config.content)
                .map_err(|error| BackfillError::Client { reason: error.to_string() })?;
            let actor = Actor::new(config, nodes, sender);
            tokio::select! {
                result = actor.run() => result,
                () = cancel.cancelled() => Ok(()),
            }
        });
        BackfillHandle { events, task }
    }
}

impl BackfillHandle {
    /// The next event; `None` when the backfill has ended.
    pub async fn recv(&mut self) -> Option<BackfillEvent> {
        self.events.recv().await
    }

    /// Stops listening and waits until the backfill has ended.
    pub async fn join(self) -> Result<(), BackfillError> {
        drop(self.events);
        match self.task.await {
            Ok(result) => result,
            Err(error) => Err(BackfillError::Aborted { reason: error.to_string() }),
        }
    }
}
