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
    /// Which configuration says so, or that none does.
    configured: String,
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
        Ok(Self { database, store, holder, moved, configured: context.file_in_words() })
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
        let place = self.database.place();
        let configured = &self.configured;
        Failure::failed(format!("the database {place} knows no message and no transaction {hash}"))
            .with_code(ErrorCode::NotFound)
            .with_hint(format!(
                "only this database was asked ({configured}), --database names another one; a relayer sees what is sent from its first \
                 block on, while it runs; `causeway message status {hash}` asks the chains themselves"
            ))
    }
}

fn find(args: &DatabaseArgs, network: Option<&Network>, context: &Context<'_>) -> Outcome<Database> {
    let named = args.database.as_deref();
    let configured = context.file_in_words();
    let missing = |what: String, hint: String| {
        Failure::failed(what)
            .with_code(ErrorCode::NotFound)
            .with_hint(format!("{hint} `causeway relayer run` makes a database when it first runs"))
    };
    match Database::named(named, context)? {
        Some(database @ Database::File(_)) if !database.is_file() => {
            let by = Database::named_by(named, context).unwrap_or_default();
            return Err(missing(
                format!("there is no database at {}, which {by} names", database.place()),
                format!("{configured}: is that the folder of the relayer?"),
            ));
        }
        Some(database) => return Ok(database),
        None => {}
    }
    let places = home::state_files("relayer.sqlite", network);
    let there: Vec<_> = places.iter().filter(|path| path.is_file()).collect();
    let held = there.iter().position(|path| relayer_at(path).is_some());
    if let Some(found) = there.into_iter().nth(held.unwrap_or_default()) {
        if network.is_some() && home::kept("relayer.sqlite").as_ref() == Some(found) {
            context
                .printer
                .note("no relayer has run on this devnet: this is the database of one for other chains");
        }
        return Ok(Database::File(found.clone()));
    }
    let places: Vec<_> = places.iter().map(|path| path.display().to_string()).collect();
    let at = if places.is_empty() { String::new() } else { format!(" at {}", places.join(" or ")) };
    let other = if context.loaded.file.is_some() { " and names none" } else { "" };
    Err(missing(
        format!("no relayer has run here: there is no database{at}; {configured}{other}"),
        "work in the folder of the relayer's causeway.toml and with its CAUSEWAY_HOME, or name them: --config FILE, --database PATH.".to_owned(),
    ))
}
