//! Listeners to events have places, each until it goes, or until another one wants it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// The places of listeners.
#[derive(Debug)]
pub(super) struct Streams {
    most: usize,
    /// How long a listener may stay, at least.
    stay: Duration,
    /// Who has listened for longest goes first.
    listeners: Mutex<VecDeque<Listener>>,
}

#[derive(Debug)]
struct Listener {
    since: Instant,
    ended: CancellationToken,
}

/// The place of a listener, until it is dropped.
#[derive(Debug)]
pub(super) struct StreamPlace {
    streams: Arc<Streams>,
    ended: CancellationToken,
}

impl Streams {
    pub(super) fn new(most: usize, stay: Duration) -> Self {
        Self { most, stay, listeners: Mutex::default() }
    }

    /// A place for a further listener, which ends with `all`. When there is none, who has listened for longest leaves it its
    /// own: whether it reads what it is told nobody knows, and one that does goes on where it was.
    pub(super) fn enter(self: &Arc<Self>, all: &CancellationToken) -> Option<StreamPlace> {
        let mut listeners = self.listeners();
        if listeners.len() >= self.most {
            let oldest = listeners.front().filter(|oldest| oldest.since.elapsed() >= self.stay)?;
            oldest.ended.cancel();
            listeners.pop_front();
        }
        let ended = all.child_token();
        listeners.push_back(Listener { since: Instant::now(), ended: ended.clone() });
        Some(StreamPlace { streams: Arc::clone(self), ended })
    }

    /// How many listen.
    pub(super) fn count(&self) -> usize {
        self.listeners().len()
    }

    fn listeners(&self) -> MutexGuard<'_, VecDeque<Listener>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StreamPlace {
    /// Cancelled when the listener has to go.
    pub(super) const fn ended(&self) -> &CancellationToken {
        &self.ended
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        // Who has left it to another one is not among them any more: all others are not cancelled, or all are.
        self.ended.cancel();
        self.streams.listeners().retain(|listener| !listener.ended.is_cancelled());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_listened_for_longest_leaves_its_place_when_it_had_its_time() {
        for (stay, leaves) in [(Duration::ZERO, true), (Duration::from_secs(3_600), false)] {
            let (streams, all) = (Arc::new(Streams::new(2, stay)), CancellationToken::new());
            let places = [streams.enter(&all).unwrap(), streams.enter(&all).unwrap()];
            let third = streams.enter(&all);
            assert_eq!(third.is_some(), leaves);
            assert_eq!(places.each_ref().map(|place| place.ended().is_cancelled()), [leaves, false]);
            assert_eq!(streams.count(), 2);
            let [first, second] = places;
            drop(first);
            assert_eq!(streams.count(), if leaves { 2 } else { 1 });
            drop((second, third));
            assert_eq!(streams.count(), 0);
        }
    }
}
