//! Connections have seats. Who asks for nothing leaves its seat to who comes when all are taken: who has asked for nothing for
//! longest first.

use crate::{Place, Room};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How long who leaves its seat may take for it.
const LEAVING: Duration = Duration::from_millis(200);

/// Seats for so many as there is room for.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    room: Room,
    idle: Arc<Mutex<Idle>>,
}

/// Who asks for nothing, by when that began.
#[derive(Debug, Default)]
struct Idle {
    last: u64,
    seats: BTreeMap<u64, CancellationToken>,
}

/// The seat of a connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    place: Place,
    idle: Arc<Mutex<Idle>>,
    state: Mutex<State>,
    /// Cancelled when another one gets it.
    left: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    /// Where it stands among those who ask for nothing.
    number: Option<u64>,
    /// Since when what was given to it waits to be taken.
    waits_since: Option<Instant>,
}

impl Seats {
    pub(crate) fn of(room: Room) -> Self {
        Self { room, idle: Arc::default() }
    }

    /// A seat: a free one, else that of who has asked for nothing for longest.
    pub(crate) async fn take(&self) -> Option<Arc<Seat>> {
        let place = match self.room.enter() {
            Some(place) => place,
            None => {
                let left = lock(&self.idle).seats.pop_first()?.1;
                tracing::debug!("a connection that asks for nothing leaves its place to another one");
                left.cancel();
                timeout(LEAVING, self.room.entered()).await.ok()??
            }
        };
        let (idle, left) = (Arc::clone(&self.idle), CancellationToken::new());
        let seat = Arc::new(Seat { place, idle, state: Mutex::default(), left });
        seat.rest();
        Some(seat)
    }
}

impl Seat {
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// Ends when another one gets the seat.
    pub(crate) async fn left(&self) {
        self.left.cancelled().await;
    }

    /// It asks for something, until what is returned is dropped.
    pub(crate) fn work(self: &Arc<Self>) -> Work {
        if let Some(number) = lock(&self.state).number.take() {
            lock(&self.idle).seats.remove(&number);
        }
        Work(Arc::clone(self))
    }

    fn rest(&self) {
        let mut state = lock(&self.state);
        state.waits_since = None;
        let mut idle = lock(&self.idle);
        idle.last += 1;
        let number = idle.last;
        idle.seats.insert(number, self.left.clone());
        state.number = Some(number);
    }

    /// For how long what was given to it has not been taken.
    pub(crate) fn waits(&self) -> Duration {
        lock(&self.state).waits_since.map(|since| since.elapsed()).unwrap_or_default()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(number) = lock(&self.state).number.take() {
            lock(&self.idle).seats.remove(&number);
        }
    }
}

/// That a connection asks for something, or is being answered.
#[derive(Debug)]
pub(crate) struct Work(Arc<Seat>);

impl Work {
    /// Something was given to it; it takes that before it asks for more.
    pub(crate) fn gave(&self) {
        lock(&self.0.state).waits_since = Some(Instant::now());
    }

    /// It has taken all that there was.
    pub(crate) fn took(&self) {
        lock(&self.0.state).waits_since = None;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.rest();
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_has_asked_for_nothing_for_longest_leaves_first() {
        let seats = Seats::of(Room::with(2));
        let (first, second) = (seats.take().await.unwrap(), seats.take().await.unwrap());
        let work = first.work();
        drop(work);
        // It asked for something since the other one came.
        let (third, _) = tokio::join!(seats.take(), async {
            second.left().await;
            drop(second);
        });
        assert!(!first.left.is_cancelled());
        let (_work, _other) = (first.work(), third.as_ref().unwrap().work());
        assert!(seats.take().await.is_none(), "who is answered stays");
    }
}
