//! Processor time of threads and processes, which does not grow while they wait for a processor.

use std::{fs, path::Path, time::Duration};

/// What the threads of this process that have this name have used so far; nothing where the system does not tell.
pub(crate) fn used_by(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten().map(|task| task.path());
    let has_name =
        |task: &Path| fs::read_to_string(task.join("comm")).is_ok_and(|found| found.trim_end() == name);
    tasks.filter(|task| has_name(task)).filter_map(|task| of_task(&task)).sum()
}

/// What this thread has used so far.
pub(crate) fn used_by_this_thread() -> Duration {
    of_task(Path::new("/proc/thread-self")).unwrap_or_default()
}

/// What a process has used so far, to the hundredth of a second.
pub(crate) fn used_by_process(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is a name in parentheses, of any characters; user and system time are fields 14 and 15.
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks: u64 = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn of_task(task: &Path) -> Option<Duration> {
    let nanos = fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
