use std::sync::Arc;

use super::{actor::Actor, config::FollowerConfig, event::ChainEvent, fault::FollowerError, heads::heads};
use crate::nodes::Nodes;
use tokio::{
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Follows one chain. See [`Follower::spawn`].
#[derive(Debug)]
pub struct Follower;

/// The consumer's end of a running [`Follower`].
///
/// Dropping it ends the follower.
#[derive(Debug)]
pub struct FollowerHandle {
    /// What happens on the chain. The channel is bounded: while nobody takes events, the follower waits. It closes
    /// when the follower has ended; [`FollowerHandle::join`] tells why.
    pub events: mpsc::Receiver<ChainEvent>,
    /// Whether the node pushes its heads at the moment. While it does not, it is polled.
    pub subscribed: watch::Receiver<bool>,
    /// Notified, it has the node asked for its head at once, for whoever knows that there is something new.
    pub look: Arc<Notify>,
    /// The task.
    pub task: JoinHandle<Result<(), FollowerError>>,
}

impl Follower {
    /// Starts to follow a chain in a task of its own, until `cancel` is cancelled, the handle is dropped, or a
    /// [`FollowerError`] makes it impossible to go on. Must be called within a tokio runtime.
    ///
    /// An unreachable node is no error: the follower waits for it.
    pub fn spawn(config: FollowerConfig, cancel: CancellationToken) -> FollowerHandle {
        let (sender, events) = mpsc::channel(config.channel_capacity.max(1));
        let (listener, heads) = heads(config.head_endpoints(), config.connect.connect_timeout);
        let (subscribed, look) = (heads.subscribed.clone(), Arc::clone(&heads.look));
        let task = tokio::spawn(async move {
            let nodes = Nodes::new(&config.endpoints, &config.connect, config.chain_id, &config.content)
                .map_err(|error| FollowerError::Client { reason: error.to_string() })?;
            let actor = Actor::new(config, nodes, heads, sender);
            tokio::select! {
                result = actor.run() => result,
                never = listener.run() => match never {},
                () = cancel.cancelled() => Ok(()),
            }
        });
        FollowerHandle { events, subscribed, look, task }
    }
}

impl FollowerHandle {
    /// The next event; `None` when the follower has ended.
    pub async fn recv(&mut self) -> Option<ChainEvent> {
        self.events.recv().await
    }

    /// Stops listening and waits until the follower has ended.
    pub async fn join(self) -> Result<(), FollowerError> {
        drop(self.events);
        match self.task.await {
            Ok(result) => result,
            Err(error) => Err(FollowerError::Aborted { reason: error.to_string() }),
        }
    }
}
