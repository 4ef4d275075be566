use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files that are not for connections: the nodes' pipes, the listeners, the databases, the services' own connections.
const RESERVED: u64 = 256;
/// Files of a connection: the client's, and one to the node.
const FILES: u64 = 2;
/// As many connections as anybody needs.
const MOST: u64 = 8192;
/// Some, however few files there are.
const LEAST: u64 = 16;

/// The connections that a service may have, all together.
///
/// Of each four, three may become WebSockets: these stay open whether or not anything happens, and others shall still be
/// answered when there are too many.
#[derive(Clone, Debug)]
pub struct Room {
    connections: Arc<Semaphore>,
    sockets: Arc<Semaphore>,
}

/// The place of a connection, until the last copy of it is dropped.
#[derive(Clone, Debug)]
pub struct Place {
    _connection: Arc<OwnedSemaphorePermit>,
    _socket: Option<Arc<OwnedSemaphorePermit>>,
}

impl Room {
    /// As much room as a process with so many files has.
    pub fn of(files: u64) -> Self {
        let connections = (files.saturating_sub(RESERVED) / FILES).clamp(LEAST, MOST) as usize;
        Self::with(connections)
    }

    /// Room for so many connections.
    pub fn with(connections: usize) -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { connections: semaphore(connections), sockets: semaphore(connections / 4 * 3) }
    }

    /// A place for a further connection, if there is one.
    pub fn enter(&self) -> Option<Place> {
        let permit = self.connections.clone().try_acquire_owned().ok()?;
        Some(Place { _connection: Arc::new(permit), _socket: None })
    }

    /// The same, as soon as there is one.
    pub(crate) async fn entered(&self) -> Option<Place> {
        let permit = self.connections.clone().acquire_owned().await.ok()?;
        Some(Place { _connection: Arc::new(permit), _socket: None })
    }

    /// A place for a connection that becomes a WebSocket, if there is one.
    pub fn stay(&self, place: &Place) -> Option<Place> {
        let permit = self.sockets.clone().try_acquire_owned().ok()?;
        Some(Place { _socket: Some(Arc::new(permit)), ..place.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_leave_room_for_others() {
        let room = Room::of(256 + 2 * 40);
        let mut places: Vec<_> = std::iter::from_fn(|| room.stay(&room.enter()?)).collect();
        assert_eq!(places.len(), 30);
        let others: Vec<_> = std::iter::from_fn(|| room.enter()).collect();
        assert_eq!(others.len(), 10);
        places.pop();
        let place = room.enter().expect("the place that was given back");
        assert!(room.enter().is_none());
        assert!(room.stay(&place).is_some());
        assert!(Room::of(0).enter().is_some());
    }
}
