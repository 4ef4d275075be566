//! A process that may be killed by whoever sees it pass a point.

use super::schedule::Point;
use std::{
    process::Child,
    sync::{Arc, Mutex},
};

/// A process, and the trap that is set for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prey(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    child: Option<Child>,
    trap: Option<(Point, u64)>,
    killed: u64,
}

impl Prey {
    pub(crate) fn is(&self, child: Child) {
        self.0.lock().unwrap().child = Some(child);
    }

    /// Kills it when it comes to a point for the so manieth time.
    pub(crate) fn set_trap(&self, point: Point, times: u64) {
        self.0.lock().unwrap().trap = Some((point, times));
    }

    pub(crate) fn take_trap(&self) {
        self.0.lock().unwrap().trap = None;
    }

    /// It comes to a point. Returns whether it was killed there.
    pub(crate) fn comes_to(&self, at: Point) -> bool {
        let mut inner = self.0.lock().unwrap();
        match &mut inner.trap {
            Some((point, times)) if *point == at => *times = times.saturating_sub(1),
            _ => return false,
        }
        if inner.trap.is_some_and(|(_, times)| times > 0) {
            return false;
        }
        inner.trap = None;
        inner.kill()
    }

    /// Kills it, wherever it is.
    pub(crate) fn kill(&self) -> bool {
        self.0.lock().unwrap().kill()
    }

    /// How often that was done to a process that ran.
    pub(crate) fn killed(&self) -> u64 {
        self.0.lock().unwrap().killed
    }

    pub(crate) fn child<T>(&self, with: impl FnOnce(&mut Option<Child>) -> T) -> T {
        with(&mut self.0.lock().unwrap().child)
    }
}

impl Inner {
    fn kill(&mut self) -> bool {
        let Some(child) = &mut self.child else { return false };
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        child.kill().unwrap();
        self.killed += 1;
        true
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
