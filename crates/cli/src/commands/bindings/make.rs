//! Once: contracts are read, files made, and written or compared.

use super::input::explain;
use crate::{
    failure::{Failure, Outcome},
    interrupt::Interrupt,
    unwritten::unwritten,
};
use causeway_bindgen::{
    Files,
    input::{Gathered, Request, gather},
    output::{self, Difference, Language},
};
use causeway_files::FileReport;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// An emitter with its options.
pub(super) type Emit = Arc<dyn Fn(&Gathered) -> Files + Send + Sync>;

/// What is to be made.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) language: Language,
    pub(super) request: Request,
    /// What `--out` says: a folder, or the one file in it.
    pub(super) out: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) emit: Emit,
    pub(super) check: bool,
    pub(super) force: bool,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("language", &self.language)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// What was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) gathered: Gathered,
    pub(super) result: Done,
}

#[derive(Debug)]
pub(super) enum Done {
    Written(Vec<FileReport>),
    Compared(Vec<Difference>),
}

/// Does it where it may block, and waits for that even where it is interrupted: nothing is left half done.
pub(super) async fn run(job: &Job, interrupt: &mut Interrupt) -> Outcome<Made> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let (owned, stop) = (job.clone(), cancelled.clone());
    let mut work = tokio::task::spawn_blocking(move || make(&owned, &stop));
    let made = tokio::select! {
        made = &mut work => made,
        () = interrupt.caught() => {
            cancelled.store(true, Ordering::Relaxed);
            work.await
        }
    };
    made.map_err(|error| Failure::failed(format!("cannot make the bindings: {error}")))?
}

fn make(job: &Job, cancelled: &AtomicBool) -> Outcome<Made> {
    let gathered = gather(&job.request).map_err(explain)?;
    refuse_bad_places(job, &gathered)?;
    let files = (job.emit)(&gathered);
    if job.check {
        let differences = output::compare(&job.folder, &files, job.language);
        return Ok(Made { gathered, result: Done::Compared(differences) });
    }
    let written = output::write(&job.folder, &files, job.language, job.force, cancelled)
        .map_err(|error| unwritten(error, "the same command again"))?;
    Ok(Made { gathered, result: Done::Written(written) })
}

/// Bindings do not belong among artifacts, which compilers remove, nor between the files of a project's root.
fn refuse_bad_places(job: &Job, gathered: &Gathered) -> Outcome {
    let folder = whole(&job.request.here.join(&job.folder));
    let hint = "name a folder of its own with --out, such as src/bindings";
    if job.language != Language::Json && gathered.roots.iter().any(|root| whole(root) == folder) {
        return Err(Failure::usage(format!("{} is the project itself", job.folder.display())).with_hint(hint));
    }
    let artifacts = gathered.read.iter().find(|read| read.is_dir() && folder.starts_with(whole(read)));
    match artifacts {
        Some(read) => Err(Failure::usage(format!(
            "{} is among the artifacts in {}",
            job.folder.display(),
            read.display()
        ))
        .with_hint(hint)),
        None => Ok(()),
    }
}

/// A path as the system tells of it, whether it is there or not.
pub(super) fn whole(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match there {
        Some((above, whole)) if above == path => whole,
        Some((above, whole)) => whole.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        None => path.to_owned(),
    }
}
