//! `causeway relayer migrate`: a database in a file is copied into Postgres.

use super::{
    database::{Database, read_url, unopened},
    words::counted,
};
use crate::{
    at_file,
    context::Context,
    environment,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
    parse,
};
use causeway_store::{MigrateError, Store, migrate};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

const EXPECTED: &str = "expected postgres://USER:PASSWORD@HOST:PORT/NAME, or @FILE with one";

/// From where to where.
#[derive(Args)]
#[command(after_help = "Example:
  causeway relayer migrate --from relayer.sqlite --to @/run/secrets/postgres

The Postgres database has to be empty, and no relayer may work on the file. All
is copied or nothing, and compared; the file stays, and `relayer run` refuses it
from then on.")]
pub(crate) struct MigrateArgs {
    /// Database to copy
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    from: PathBuf,
    /// Postgres database, postgres://USER:PASSWORD@HOST/NAME, or @FILE that holds this: `ps` shows arguments to everybody
    #[arg(long, value_name = "URL", env = environment::DATABASE_URL, hide_env_values = true)]
    to: String,
}

// A derived Debug would print the password.
impl std::fmt::Debug for MigrateArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MigrateArgs").field("from", &self.from).finish_non_exhaustive()
    }
}

pub(super) async fn run(args: &MigrateArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let url = url(&args.to, context)?;
    if !args.from.is_file() {
        let place = Database::File(args.from.clone()).place();
        return Err(Failure::failed(format!("there is no database at {place}, which --from names"))
            .with_code(ErrorCode::NotFound)
            .with_hint(
                "name the one that a relayer has worked on; `causeway relayer status` says where it is",
            ));
    }
    let from = Store::open(&args.from).await.what("cannot open the database to copy")?;
    // What a relayer writes from now on, the copy would not have.
    let lock = from
        .lock_relayer(&format!("`causeway relayer migrate`, process {}", std::process::id()))
        .what("cannot copy the database")
        .hint("stop the relayer first: what it writes meanwhile would not be in the copy")?;
    let spinner = context.printer.spinner("copying");
    let copied = interrupt
        .before_sending(async {
            let to = Store::connect(&url).await.map_err(unopened)?;
            let migrated = migrate(&from, &to, |_, _| {}).await.map_err(explain);
            let place = to.place();
            to.close().await;
            Ok((migrated?, place))
        })
        .await;
    drop(spinner);
    from.close().await;
    drop(lock);
    let (migrated, to) = copied?;
    let text = format!(
        "copied {} and {}, {} in all, from {} to {to}",
        counted(migrated.messages, "message"),
        counted(migrated.attempts, "transaction"),
        counted(migrated.rows, "row"),
        args.from.display()
    );
    let data = json!({
        "from": args.from.display().to_string(),
        "to": to,
        "messages": migrated.messages,
        "attempts": migrated.attempts,
        "rows": migrated.rows,
    });
    context.printer.report(&text, &data);
    context.printer.note(
        "`relayer run` refuses the file from now on: two relayers with one key would take each other's nonces",
    );
    Ok(())
}

/// The URL, which is shown nowhere.
fn url(text: &str, context: &Context<'_>) -> Outcome<String> {
    let url = read_url(text, context)?;
    if !Store::is_url(&url) {
        return Err(Failure::usage("--to names no Postgres database")
            .with_hint(at_file::forgotten(text).unwrap_or(EXPECTED)));
    }
    Ok(url)
}

fn explain(error: MigrateError) -> Failure {
    let hint = match &error {
        MigrateError::NotEmpty { .. } => "name an empty database: what is there already is not touched",
        MigrateError::Direction { .. } => "--from is a file, and --to a Postgres database",
        MigrateError::Differs { .. } => {
            "nothing was kept of the copy; does something else write to that database?"
        }
        MigrateError::Unmarked { .. } => {
            return Failure::from(error)
                .with_hint("run no relayer on the file any more: name the copy with --database @FILE")
                .with_code(ErrorCode::StorageUnusable);
        }
        MigrateError::Store(_) => "nothing was kept of the copy: it may be tried again",
    };
    Failure::from(error).context("nothing was copied").with_hint(hint).with_code(ErrorCode::StorageUnusable)
}
