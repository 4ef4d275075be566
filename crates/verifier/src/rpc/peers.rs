use super::limiter;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Counts the connections of each caller, so that one cannot take those of all others.
#[derive(Debug)]
pub(super) struct Peers {
    most: usize,
    /// The proxy in front, which connects for everybody.
    proxy: Option<IpAddr>,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One of a caller's connections, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    peers: Arc<Peers>,
    key: IpAddr,
}

impl Peers {
    /// Allows each caller so many connections.
    pub(super) fn new(most: usize, proxy: Option<IpAddr>) -> Self {
        Self { most, proxy: proxy.map(|proxy| proxy.to_canonical()), open: Mutex::default() }
    }

    /// A further connection, or nothing if the caller has as many as it may have.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let key = limiter::key(peer);
        let is_proxy = self.proxy.is_some_and(|proxy| limiter::key(proxy) == key);
        let mut open = self.open();
        let count = open.entry(key).or_default();
        if *count >= self.most && !is_proxy {
            if *count == 0 {
                open.remove(&key);
            }
            return None;
        }
        *count += 1;
        Some(Place { peers: Arc::clone(self), key })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.peers.open();
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    #[test]
    fn a_caller_has_its_own_places_and_gives_them_back() {
        let peers = Arc::new(Peers::new(2, None));
        let places = [peers.enter(A), peers.enter(A)].map(|place| place.expect("a place"));
        assert!(peers.enter(A).is_none());
        assert!(peers.enter(B).is_some());
        drop(places);
        assert!(peers.open().is_empty());
        assert!(peers.enter(A).is_some());
    }

    #[test]
    fn a_proxy_connects_for_everybody() {
        let peers = Arc::new(Peers::new(1, Some(A)));
        let places: Vec<_> = (0..10).filter_map(|_| peers.enter(A)).collect();
        assert_eq!(places.len(), 10);
        let none = Arc::new(Peers::new(0, None));
        assert!(none.enter(B).is_none() && none.open().is_empty());
    }
}
