//! That there was a database, and which one: remembered beside it, in the state folder. A service manager starts a relayer again
//! and again, and one whose database is gone, or has another one in its place, would go on with that without a word: what is on
//! its way would be paid for twice, and what was sent before never be seen.

use super::database::Database;
use crate::{
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    home,
    printer::Printer,
};
use alloy::primitives::keccak256;
use causeway_store::Store;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What to do about it.
const FIND: &str = "find it, or go back to a copy: it knows which transactions are on their way. If it is lost, wait until none of the \
     accounts has any that are pending or queued (`txpool_contentFrom` names both); then `causeway relayer accept`, told of the same database, lets the relayer go on without it";

/// The files that say so.
#[derive(Debug)]
pub(super) struct Mark {
    folder: PathBuf,
    database: Database,
}

impl Mark {
    /// That of a database. None if no folder is known to keep it in.
    pub(super) fn of(database: &Database) -> Option<Self> {
        Some(Self { folder: home::kept("databases")?, database: database.clone() })
    }

    fn is_there(&self) -> bool {
        !self.files().is_empty()
    }

    /// Those that are there: under the names that are made, and others of the same place, which somebody spelled in another way.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = self.named();
        files.retain(|file| file.exists());
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let others = entries.map(|entry| entry.path()).filter(|file| !files.contains(file));
        let others: Vec<_> = others.filter(|file| self.is_of_this_place(file)).collect();
        files.extend(others);
        files
    }

    fn is_of_this_place(&self, file: &Path) -> bool {
        let text = fs::read_to_string(file).unwrap_or_default();
        text.lines().next().is_some_and(|place| self.database.is_at(Path::new(place)))
    }

    fn named(&self) -> Vec<PathBuf> {
        self.database.identities().iter().map(|identity| self.file(identity)).collect()
    }

    fn file(&self, identity: &str) -> PathBuf {
        // Only its owner need know where the database is; the name has to be short, and one that a file may have.
        self.folder.join(keccak256(identity).to_string().chars().skip(2).take(32).collect::<String>())
    }

    /// Whether what is remembered is another database than the one with this id. What an earlier version remembers says only
    /// that there was one.
    pub(super) fn is_of_another(&self, id: &str) -> bool {
        let remembered = |file: &PathBuf| Some(fs::read_to_string(file).ok()?.lines().nth(1)?.to_owned());
        self.files().iter().filter_map(remembered).any(|known| known != id)
    }

    fn make(&self, id: &str) -> io::Result<()> {
        home::make_folder(&self.folder)?;
        for identity in self.database.identities() {
            let (file, text) = (self.file(&identity), format!("{identity}\n{id}\n"));
            // A disk that is full leaves nothing of what is written over.
            if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
                fs::write(file, text)?;
            }
        }
        Ok(())
    }

    /// Remembers the database with this id in place of another one.
    pub(super) fn replace(&self, id: &str) -> Outcome {
        self.remove()?;
        self.make(id)
            .what(format!("cannot write to {}", self.folder.display()))
            .code(ErrorCode::StorageUnusable)
            .hint(home::HINT)
    }

    /// Forgets it. Returns whether it was there.
    pub(super) fn remove(&self) -> Outcome<bool> {
        let files = self.files();
        for file in &files {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error)
                        .what(format!("cannot remove {}", file.display()))
                        .code(ErrorCode::StorageUnusable);
                }
                _ => {}
            }
        }
        Ok(!files.is_empty())
    }
}

/// Opens a database to work on, and makes it where there was none, unless there is a [`refusal`].
pub(super) async fn open_to_work(database: &Database, mark: Option<&Mark>) -> Outcome<Store> {
    if let Some(failure) = refusal(database, mark).await? {
        return Err(failure);
    }
    database.open().await
}

/// Why no relayer may work on a database: it was moved, or a relayer has worked on another one in its place. Makes none.
pub(super) async fn refusal(database: &Database, mark: Option<&Mark>) -> Outcome<Option<Failure>> {
    let was_there = mark.is_some_and(Mark::is_there);
    if database.is_missing().await? {
        return Ok(was_there.then(|| lost(database, "it is gone")));
    }
    let store = database.open().await?;
    let failure = match store.moved_to().await? {
        Some(place) => Some(moved(database, &place)),
        None if was_there && store.is_unused().await? => Some(lost(database, "it is empty")),
        None => match mark {
            Some(mark) if mark.is_of_another(&store.id().await?) => {
                Some(lost(database, "another one is in its place"))
            }
            _ => None,
        },
    };
    store.close().await;
    Ok(failure)
}

/// Remembers a database once something is recorded in it: before that nothing can be lost. None is left to be remembered then.
pub(super) async fn remember(mark: &mut Option<Mark>, store: &Store, printer: &Printer) {
    let Some(known) = mark else { return };
    // One that does not answer now is asked again.
    if store.is_unused().await.unwrap_or(true) {
        return;
    }
    let Ok(id) = store.id().await else { return };
    if let Err(error) = known.make(&id) {
        printer.warn(&format!(
            "cannot write to {} ({error}): if the database is lost, the next start will not notice; {}",
            known.folder.display(),
            home::HINT
        ));
    }
    *mark = None;
}

fn lost(database: &Database, what: &str) -> Failure {
    Failure::failed(format!("a relayer has worked on the database {database}, and now {what}"))
        .with_code(ErrorCode::StorageUnusable)
        .with_hint(FIND)
}

/// Who works on what was moved works beside whoever works on the copy.
pub(super) fn moved(database: &Database, place: &str) -> Failure {
    Failure::failed(format!("the database {database} was copied to {place}, and relayers work there"))
        .with_code(ErrorCode::StorageUnusable)
        .with_hint(format!(
            "name that with --database @FILE, where the file holds its URL. If no relayer has worked on the copy, nor ever will, \
             `causeway relayer accept --database {database}` takes this one up again"
        ))
}
