use std::{collections::VecDeque, sync::Arc};

use tokio::sync::mpsc;

use super::{routed::Routed, ways::Ways};

/// What is to be told to the actors of other chains, in order. Those that are another relayer's learn it from the store.
#[derive(Debug)]
pub(super) struct Router {
    ways: Arc<Ways>,
    waiting: VecDeque<(u64, Routed)>,
}

impl Router {
    pub(super) const fn new(ways: Arc<Ways>) -> Self {
        Self { ways, waiting: VecDeque::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Sends at once what there is room for, and keeps the rest.
    pub(super) fn push(&mut self, destination: u64, routed: Routed) {
        self.waiting.push_back((destination, routed));
        while let Some((destination, routed)) = self.waiting.pop_front() {
            let Some(route) = self.ways.inbox(destination) else { continue };
            if let Err(mpsc::error::TrySendError::Full(routed)) = route.try_send(routed) {
                self.waiting.push_front((destination, routed));
                return;
            }
        }
    }

    /// Sends the first one that waits, as soon as there is room. May be dropped at any time.
    pub(super) async fn send_one(&mut self) {
        let Some((destination, _)) = self.waiting.front() else { return };
        let permit = match self.ways.inbox(*destination) {
            Some(route) => route.reserve_owned().await.ok(),
            None => None,
        };
        // Without a receiver its work is ending; the store has the message for the next one.
        if let (Some((_, routed)), Some(permit)) = (self.waiting.pop_front(), permit) {
            permit.send(routed);
        }
    }
}
