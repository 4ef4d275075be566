//! The database that would be worked on.

use super::{
    super::{
        database::{Database, worker},
        mark::{Mark, refusal},
        words::counted,
    },
    finding::{Finding, Level},
};
use crate::failure::Failure;
use causeway_store::{Store, relayer_at};
use std::{os::unix::fs::PermissionsExt, path::Path};

/// Looks at a database. No file is made; a database of a server gets its tables.
pub(super) async fn look(database: &Database, mark: Option<&Mark>) -> Vec<Finding> {
    // What else is wrong with it is said below.
    if let Ok(Some(refusal)) = refusal(database, mark).await {
        return vec![Finding::error("database", refusal.message(), refusal.hint().unwrap_or_default())];
    }
    match database {
        Database::File(path) => look_at_file(path).await,
        Database::Server { .. } => look_at_server(database).await,
    }
}

async fn look_at_server(database: &Database) -> Vec<Finding> {
    let store = match database.open().await {
        Ok(store) => store,
        Err(failure) => {
            return vec![Finding::error(
                "database",
                failure.message(),
                failure.hint().unwrap_or("does its server run, and let this user in?"),
            )];
        }
    };
    let mut findings = vec![match (count(&store).await, worker(&store).await) {
        (Ok(count), Ok(Some(holder))) => Finding::ok(
            "database",
            format!("{database} {count}; this relayer would stand by while another one works: {holder}"),
        ),
        (Ok(count), Ok(None)) => {
            Finding::ok("database", format!("{database} {count}, and no relayer works on it"))
        }
        (Err(why), _) => {
            Finding::error("database", format!("{database}: {why}"), "ask again when its server is well")
        }
        (_, Err(failure)) => {
            Finding::error("database", failure.message(), "ask again when its server is well")
        }
    }];
    if let Ok(Some(weakness)) = store.weakness().await {
        let text = format!("{weakness}: it may lose what was signed when its machine fails");
        findings.push(Finding::new(Level::Warning, "database", text).with_remedy("switch it on"));
    }
    store.close().await;
    findings
}

async fn look_at_file(path: &Path) -> Vec<Finding> {
    let shown = path.display();
    if let Some(holder) = relayer_at(path) {
        return vec![Finding::error(
            "database",
            format!("another relayer works on {shown}: {holder}"),
            "stop it first, or name another one with --database",
        )];
    }
    match path.symlink_metadata() {
        Err(_) => vec![missing(path)],
        Ok(meta) if meta.is_dir() => {
            vec![Finding::error("database", format!("{shown} is a folder"), "name a file with --database")]
        }
        Ok(_) => {
            let mut findings = vec![match Store::open(path).await {
                Ok(store) => {
                    let counted = count(&store).await;
                    store.close().await;
                    match counted {
                        Ok(count) => {
                            Finding::ok("database", format!("{shown} {count}, and no relayer works on it"))
                        }
                        Err(why) => Finding::error("database", format!("{shown}: {why}"), "is it damaged?"),
                    }
                }
                Err(error) => Finding::error(
                    "database",
                    Failure::message_of(&error),
                    "name another one with --database; docs/operations.md says what to do about one that is damaged",
                ),
            }];
            findings.extend(readers(path));
            findings
        }
    }
}

async fn count(store: &Store) -> Result<String, String> {
    let counts = store.counts().await.map_err(|error| error.to_string())?;
    let all: u64 = counts.iter().map(|count| count.count).sum();
    Ok(format!("opens; it knows {}", counted(all, "message")))
}

fn missing(path: &Path) -> Finding {
    let shown = path.display();
    // The next folder up that is there has to take what is made.
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir() || folder.as_os_str().is_empty());
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match tempfile::tempfile_in(folder) {
        Ok(_) => Finding::ok("database", format!("{shown} is made when the relayer first runs")),
        Err(error) => Finding::error(
            "database",
            format!("{shown} cannot be made: {error}"),
            "name a place that can be written with --database, or a folder with CAUSEWAY_HOME",
        ),
    }
}

fn readers(path: &Path) -> Option<Finding> {
    let mode = path.metadata().ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        Finding::new(
            Level::Warning,
            "database",
            format!("{} may be read by others (mode {mode:o})", path.display()),
        )
        .with_remedy("chmod 600: it tells who was paid what for")
    })
}
