use std::collections::{BTreeMap, VecDeque};

use alloy::primitives::B256;
use tokio::sync::{mpsc, oneshot};

use crate::engine::{Message, Prospect};

/// What a chain's actor is told by others' and by whoever is in charge.
#[derive(Debug)]
pub(crate) enum Routed {
    /// Messages to that chain stand on this one.
    Seen(Vec<Message>),
    /// One stands there no more.
    Orphaned(B256),
    /// Somebody wants it tried now.
    Retry(Message),
    /// Somebody wants no more done for it.
    Skipped(B256),
    /// Somebody wants to know what it waits for.
    Asked(B256, oneshot::Sender<Prospect>),
}

/// What is to be told to the actors of other chains, in order.
#[derive(Debug)]
pub(super) struct Router {
    routes: BTreeMap<u64, mpsc::Sender<Routed>>,
    waiting: VecDeque<(u64, Routed)>,
}

impl Router {
    pub(super) const fn new(routes: BTreeMap<u64, mpsc::Sender<Routed>>) -> Self {
        Self { routes, waiting: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Sends at once what there is room for, and keeps the rest.
    pub(super) fn push(&mut self, destination: u64, routed: Routed) {
        self.waiting.push_back((destination, routed));
        while let Some((destination, routed)) = self.waiting.pop_front() {
            let Some(route) = self.routes.get(&destination) else { continue };
            if let Err(mpsc::error::TrySendError::Full(routed)) = route.try_send(routed) {
                self.waiting.push_front((destination, routed));
                return;
            }
        }
    }

    /// Sends the first one that waits, as soon as there is room. May be dropped at any time.
    pub(super) async fn send_one(&mut self) {
        let Some((destination, _)) = self.waiting.front() else { return };
        let permit = match self.routes.get(destination) {
            Some(route) => route.reserve().await.ok(),
            None => None,
        };
        // Without a receiver the relayer is ending; the store has the message for the next one.
        if let (Some((_, routed)), Some(permit)) = (self.waiting.pop_front(), permit) {
            permit.send(routed);
        }
    }
}
