//! `causeway relayer accept`: that a database is lost, that another one is in its place, or that one which was moved is worked on
//! again.

use super::{database::Database, mark::Mark, place::DatabaseArgs};
use crate::{
    context::Context,
    environment,
    failure::{ErrorCode, Failure, Outcome},
};
use causeway_store::relayer_at;
use clap::Args;
use serde_json::json;

/// Of which database.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway relayer accept --database /var/lib/causeway/relayer.sqlite

`relayer run` refuses to begin with an empty database, or to go on with another
one, where one was that a relayer has worked on, and refuses a file that
`relayer migrate` has copied. See that it is really lost, and that no
transaction of its accounts is pending or queued at a node
(`txpool_contentFrom` names both): what it knew of those on their way, a new one
does not.")]
pub(crate) struct AcceptArgs {
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What was accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Accepted {
    /// It is lost, and the next relayer begins with a new one.
    BeginsAnew,
    /// Relayers work on it rather than on the one that was there before.
    Replaced,
    /// Relayers work on it rather than on the copy.
    TakenBack,
    /// It is there, and no relayer is refused as far as can be told from here.
    Nothing,
    /// It is missing or empty, and nothing is known here of a relayer that has worked on one.
    Unknown,
}

pub(super) async fn run(args: &AcceptArgs, context: &Context<'_>) -> Outcome {
    let database = match Database::named(args.database.database.as_deref(), context)? {
        Some(database) => database,
        None => Database::File(context.state_file("relayer.sqlite", "--database", None).await?),
    };
    if let Database::File(path) = &database
        && let Some(holder) = relayer_at(path)
    {
        return Err(Failure::failed(format!("a relayer works on {database}: {holder}"))
            .with_code(ErrorCode::StorageInUse)
            .with_hint("there is nothing to accept while it does"));
    }
    let (accepted, place) = (accept(&database).await?, database.place());
    let state = environment::state_folder().map(|folder| folder.display().to_string());
    let folder = state.as_deref().unwrap_or("any folder (CAUSEWAY_HOME names one)");
    let (word, text) = match accepted {
        Accepted::BeginsAnew => {
            ("begins-anew", format!("the next relayer begins with a new database: {place}"))
        }
        Accepted::Replaced => (
            "replaced",
            format!("relayers may work on {place} as it is, rather than on what was there before"),
        ),
        Accepted::TakenBack => ("taken-back", format!("relayers may work on {place} again")),
        // Each relayer remembers in its own folder, and of others nothing can be said.
        Accepted::Nothing => (
            "nothing",
            format!(
                "there is nothing to accept: no relayer that keeps its state in {folder} is refused because of {place}"
            ),
        ),
        Accepted::Unknown => (
            "nothing",
            format!(
                "nothing was accepted: {place} is missing or empty, and that a relayer worked on it is not remembered in {folder}"
            ),
        ),
    };
    let data = json!({ "database": database.to_string(), "accepted": word, "stateFolder": state });
    context.printer.report(&text, &data);
    match accepted {
        Accepted::BeginsAnew => context.printer.note(
            "it begins with the newest blocks: --from-block takes in what was sent before and is not delivered",
        ),
        Accepted::Replaced => context
            .printer
            .note("what only the one from before knew, such as a message that was sent meanwhile, is not seen again by itself"),
        Accepted::TakenBack => context
            .printer
            .note("run no relayer on the copy: two with one key would take each other's nonces"),
        // Perhaps another one was meant.
        Accepted::Nothing | Accepted::Unknown => {
            context.printer.note(&format!("{}; --database names another one", context.file_in_words()));
            context.printer.note(
                "a relayer of another user, or with another CAUSEWAY_HOME, remembers for itself, and may be refused: accept as \
                 that user, and with that CAUSEWAY_HOME",
            );
        }
    }
    Ok(())
}

async fn accept(database: &Database) -> Outcome<Accepted> {
    if database.is_missing().await? {
        return forget(database);
    }
    let store = database.open().await?;
    let accepted = if store.take_back().await? {
        Ok(Accepted::TakenBack)
    } else if store.is_unused().await? {
        forget(database)
    } else {
        replace(database, &store.id().await?)
    };
    store.close().await;
    accepted
}

/// That there was another one.
fn replace(database: &Database, id: &str) -> Outcome<Accepted> {
    match Mark::of(database).filter(|mark| mark.is_of_another(id)) {
        Some(mark) => mark.replace(id).map(|()| Accepted::Replaced),
        None => Ok(Accepted::Nothing),
    }
}

/// That there was one.
fn forget(database: &Database) -> Outcome<Accepted> {
    let was_known = Mark::of(database).map(|mark| mark.remove()).transpose()?.unwrap_or_default();
    Ok(if was_known { Accepted::BeginsAnew } else { Accepted::Unknown })
}
