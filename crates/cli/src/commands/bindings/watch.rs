//! Again and again, whenever artifacts change.

use super::{
    make::{self, Done, Job, whole},
    report,
};
use crate::{
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    printer::Printer,
};
use causeway_files::FileState;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::mpsc;

/// A compiler writes many files: when nothing more came for this long, it is done.
const QUIET: Duration = Duration::from_millis(300);

pub(super) async fn run(job: Job, interrupt: &mut Interrupt, printer: &Printer) -> Outcome {
    let mut known: Vec<PathBuf> = Vec::new();
    // Said once, however often the compiler's work in between brings it about.
    let mut said: Option<String> = None;
    loop {
        // Before reading, so that no change is missed. Anew each time: a folder that was removed and made again is another.
        let mut changes = Changes::of(&known)?;
        match make::run(&job, interrupt).await {
            Ok(made) => {
                let Done::Written(files) = &made.result else { return Ok(()) };
                let is_new = made.gathered.read != known;
                if is_new {
                    report::notes(&made, printer);
                }
                let is_mended = said.take().is_some();
                if is_new || is_mended || files.iter().any(|file| file.state != FileState::Unchanged) {
                    printer.ok(&report::summary(&job, &made, files));
                }
                if is_new {
                    // Once more, now that it is known what to watch.
                    known = made.gathered.read;
                    if !known.is_empty() {
                        continue;
                    }
                }
            }
            Err(failure) if failure.code() == ErrorCode::Interrupted => return Ok(()),
            // At first it is told at once; later it may be the compiler's work in between.
            Err(failure) if known.is_empty() => return Err(failure),
            Err(failure) => {
                let message = failure.message();
                if said.as_ref() != Some(&message) {
                    printer.failure(&failure);
                    said = Some(message);
                }
            }
        }
        if known.is_empty() {
            return Err(Failure::usage("there is nothing to watch: no project is here")
                .with_hint("name one with --project DIR, or artifacts with --artifacts PATH"));
        }
        let _spinner = printer.spinner("waiting for changes; Ctrl-C ends it");
        tokio::select! {
            () = changes.settled() => {}
            () = interrupt.caught() => return Ok(()),
        }
    }
}

/// Changes of files.
struct Changes {
    _watcher: RecommendedWatcher,
    events: mpsc::UnboundedReceiver<()>,
}

impl Changes {
    fn of(paths: &[PathBuf]) -> Outcome<Self> {
        let (sender, events) = mpsc::unbounded_channel();
        let watch = |error: notify::Error| Failure::failed(format!("cannot watch for changes: {error}"));
        let meant: Vec<_> = paths.iter().map(|path| whole(path)).collect();
        // What is in one of them, or that it is there or not.
        let is_meant = move |changed: &PathBuf| {
            meant.iter().any(|path| changed.starts_with(path) || path.starts_with(changed))
        };
        let tell = move |event: notify::Result<notify::Event>| {
            // To read is to be told of it, too.
            if event.is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(&is_meant)) {
                let _ = sender.send(());
            }
        };
        let mut watcher = notify::recommended_watcher(tell).map_err(watch)?;
        for path in paths {
            let (place, mode) = nearest(path);
            watcher.watch(&whole(place), mode).map_err(watch)?;
        }
        Ok(Self { _watcher: watcher, events })
    }

    /// Completes when something changed, and nothing more for a while.
    async fn settled(&mut self) {
        if self.events.recv().await.is_none() {
            // Whoever watches is gone, which it is not while this is here.
            std::future::pending::<()>().await;
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, self.events.recv()).await {}
    }
}

/// What is there to be watched: a folder with all below it, or where something is not there, the folder where it would be.
fn nearest(path: &Path) -> (&Path, RecursiveMode) {
    if path.is_dir() {
        return (path, RecursiveMode::Recursive);
    }
    let there = path.ancestors().skip(1).find(|above| above.is_dir());
    (there.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)
}
