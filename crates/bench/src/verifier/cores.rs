//! Which cores the node and its clients work on.

use eyre::WrapErr;
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};
use std::{fmt, fs};

/// The cores that this process may use, and a way to share them with a node.
pub(super) struct Cores {
    all: CpuSet,
    first: CpuSet,
    second: CpuSet,
}

/// Who works where.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sharing {
    /// All on all cores.
    Together,
    /// The node on a core, we on another.
    Apart,
}

impl fmt::Display for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Together => "node and client share the cores",
            Self::Apart => "the node has a core, the client another",
        })
    }
}

impl Cores {
    /// `None` with fewer than two cores.
    pub(super) fn of_this_process() -> eyre::Result<Option<Self>> {
        let all = sched_getaffinity(None).wrap_err("cannot learn which cores there are")?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core)).map(|core| {
            let mut only = CpuSet::new();
            only.set(core);
            only
        });
        let (first, second) = (usable.next(), usable.next());
        Ok(first.zip(second).map(|(first, second)| Self { all, first, second }))
    }

    /// Assigns the cores to all threads of the process of the node, and of this one. Threads that they start do as they do.
    pub(super) fn share(&self, node: u32, sharing: Sharing) -> eyre::Result<()> {
        let (nodes, ours) = match sharing {
            Sharing::Together => (&self.all, &self.all),
            Sharing::Apart => (&self.first, &self.second),
        };
        assign(&node.to_string(), nodes)?;
        assign("self", ours)
    }
}

fn assign(process: &str, cores: &CpuSet) -> eyre::Result<()> {
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let thread = task?.file_name().to_string_lossy().parse().ok().and_then(Pid::from_raw);
        sched_setaffinity(thread, cores).wrap_err("cannot assign a core to a thread")?;
    }
    Ok(())
}
