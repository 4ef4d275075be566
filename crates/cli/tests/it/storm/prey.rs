//! A process that may be killed, or stopped, by whoever sees it pass a point.

use super::schedule::Point;
use crate::causeway::signal;
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
    trap: Option<Trap>,
    killed: u64,
    /// It gets no time until it is woken.
    is_stopped: bool,
    stopped: u64,
}

#[derive(Clone, Copy, Debug)]
struct Trap {
    point: Point,
    /// How often it has to come there still.
    times: u64,
    is_deadly: bool,
}

impl Prey {
    pub(crate) fn is(&self, child: Child) {
        let mut inner = self.0.lock().unwrap();
        (inner.child, inner.is_stopped) = (Some(child), false);
    }

    /// Kills it when it comes to a point for the so manieth time.
    pub(crate) fn set_trap(&self, point: Point, times: u64) {
        self.0.lock().unwrap().trap = Some(Trap { point, times, is_deadly: true });
    }

    /// Stops it when it comes to a point for the so manieth time, until it is woken.
    pub(crate) fn set_snare(&self, point: Point, times: u64) {
        self.0.lock().unwrap().trap = Some(Trap { point, times, is_deadly: false });
    }

    pub(crate) fn take_trap(&self) {
        self.0.lock().unwrap().trap = None;
    }

    /// It comes to a point. Returns whether it was killed there.
    pub(crate) fn comes_to(&self, at: Point) -> bool {
        let mut inner = self.0.lock().unwrap();
        // What one that was killed had asked may come here later than that: the trap is for the next one.
        if inner.living().is_none() {
            return false;
        }
        let Some(trap) = inner.trap.as_mut().filter(|trap| trap.point == at) else { return false };
        trap.times = trap.times.saturating_sub(1);
        let Trap { times, is_deadly, .. } = *trap;
        if times > 0 {
            return false;
        }
        inner.trap = None;
        if !is_deadly {
            inner.stop();
        }
        is_deadly && inner.kill()
    }

    /// Stops it, wherever it is: it keeps what it has, and does nothing.
    pub(crate) fn stop(&self) {
        self.0.lock().unwrap().stop();
    }

    /// Lets it go on, if it was stopped.
    pub(crate) fn wake(&self) {
        self.0.lock().unwrap().wake();
    }

    /// How often it was stopped.
    pub(crate) fn stopped(&self) -> u64 {
        self.0.lock().unwrap().stopped
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
    /// What runs, or is stopped.
    fn living(&mut self) -> Option<&mut Child> {
        let child = self.child.as_mut()?;
        child.try_wait().unwrap().is_none().then_some(child)
    }

    fn kill(&mut self) -> bool {
        let Some(child) = self.living() else { return false };
        child.kill().unwrap();
        self.killed += 1;
        true
    }

    fn stop(&mut self) {
        if self.is_stopped {
            return;
        }
        let Some(pid) = self.living().map(|child| child.id()) else { return };
        signal(pid, "STOP");
        self.is_stopped = true;
        self.stopped += 1;
    }

    fn wake(&mut self) {
        if !std::mem::take(&mut self.is_stopped) {
            return;
        }
        if let Some(pid) = self.living().map(|child| child.id()) {
            signal(pid, "CONT");
        }
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
