//! The database that a relayer works on, or worked on: found without making one.

use super::database::{Database, worker};
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    home, parse,
};
use alloy::primitives::B256;
use causeway_devnet::Network;
use causeway_store::{MessageFilter, MessageRecord, Store, relayer_at};
use clap::Args;
use std::path::PathBuf;

/// Which database.
#[derive(Clone, Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// Database of the relayer: a path, or @FILE with the URL of a Postgres database [default: relayer.database of the configuration, else where `relayer run` keeps it]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    pub(crate) database: Option<PathBuf>,
}

/// A database that is there, and who works on it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) store: Store,
    /// What the relayer says of itself that works on it.
    pub(crate) holder: Option<String>,
    /// Where it was copied to: relayers work there.
    pub(crate) moved: Option<String>,
}

impl Place {
    /// Opens the database. Several may be where services keep theirs: one that a relayer works on goes first.
    pub(crate) async fn open(
        args: &DatabaseArgs,
        network: Option<&Network>,
        context: &Context<'_>,
    ) -> Outcome<Self> {
        let database = find(args, network, context)?;
        let store = database.open().await?;
        let holder = match &database {
            Database::File(path) => relayer_at(path),
            Database::Server { .. } => worker(&store).await?,
        };
        let moved = store.moved_to().await?;
        Ok(Self { database, store, holder, moved })
    }

    /// Who works on it, in one line.
    pub(crate) fn relayer(&self) -> String {
        match (&self.holder, &self.moved) {
            (Some(holder), _) => format!("runs: {holder}"),
            (None, Some(place)) => format!("does not run here: the database was copied to {place}"),
            (None, None) => "does not run: `causeway relayer run` starts one".to_owned(),
        }
    }

    /// The messages that a hash names: its own, that of a transaction that sent it, or of one of ours that carries it.
    pub(crate) async fn named(&self, hash: B256) -> Outcome<Vec<MessageRecord>> {
        if let Some(record) = self.store.message(hash).await? {
            return Ok(vec![record]);
        }
        let filter = MessageFilter { tx_hash: Some(hash), ..MessageFilter::default() };
        let mut records = self.store.messages(&filter).await?;
        if records.is_empty()
            && let Some(attempt) = self.store.attempt(hash).await?
        {
            for message in attempt.tx.messages() {
                records.extend(self.store.message(message).await?);
            }
        }
        if records.is_empty() {
            return Err(self.unknown(hash));
        }
        Ok(records)
    }

    fn unknown(&self, hash: B256) -> Failure {
        Failure::failed(format!(
            "the database {} knows no message and no transaction {hash}",
            self.database
        ))
        .with_code(ErrorCode::NotFound)
        .with_hint(format!(
            "the relayer sees what is sent from its first block on, while it runs; `causeway message status {hash}` asks the chains themselves"
        ))
    }
}

fn find(args: &DatabaseArgs, network: Option<&Network>, context: &Context<'_>) -> Outcome<Database> {
    let missing = |what: String| {
        Failure::failed(what)
            .with_code(ErrorCode::NotFound)
            .with_hint("`causeway relayer run` makes it when it first runs; --database names another one")
    };
    match Database::named(args.database.as_deref(), context)? {
        Some(Database::File(path)) if !path.is_file() => {
            return Err(missing(format!("there is no database at {}", path.display())));
        }
        Some(database) => return Ok(database),
        None => {}
    }
    let places = home::state_files("relayer.sqlite", network);
    let held = places.iter().position(|path| relayer_at(path).is_some());
    let found = places.into_iter().nth(held.unwrap_or_default());
    found
        .map(Database::File)
        .ok_or_else(|| missing("no relayer has run here: there is no database".to_owned()))
}
