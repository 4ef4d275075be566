//! Moving a store from one engine to the other.

use crate::{
    Store, StoreError,
    attempt_rows::load_all,
    codec::int,
    database::{Connection, Row, Value, sql},
    message::record,
    places::note_move,
    tables::{Kind, TABLES, Table},
};

/// Rows per statement.
const ROWS: usize = 300;

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// The number of messages.
    pub messages: u64,
    /// The number of transactions that were signed for them.
    pub attempts: u64,
    /// The number of rows in all.
    pub rows: u64,
}

/// Why a store was not moved. But for [`Unmarked`](Self::Unmarked), the one that it was to go to is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The one to move from is shared, or the one to move to is not.
    #[error("a store is moved from a file to a Postgres database, not from {from} to {to}")]
    Direction {
        /// Where it is.
        from: String,
        /// Where it was to go.
        to: String,
    },
    /// There is something already where it was to go.
    #[error("{to} is not empty: it has rows in `{table}`")]
    NotEmpty {
        /// Where it was to go.
        to: String,
        /// A table that has rows.
        table: &'static str,
    },
    /// What was written does not read as what it was copied from.
    #[error("the copy of {what} differs from the original")]
    Differs {
        /// What differs.
        what: String,
    },
    /// All is copied, and the file does not say so.
    #[error("all was copied, and the file could not be marked as moved: {source}")]
    Unmarked {
        /// What the file's database says.
        source: StoreError,
    },
    /// One of the two does not take part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies a store in a file to an empty Postgres database, all or nothing, and compares what both say of every message and
/// every transaction before it counts. The file keeps what it has, and says from then on where it was moved to
/// ([`Store::moved_to`]); nobody can write to it meanwhile.
///
/// Take the relayer's lock of the file first: what a relayer would go on to write there afterwards, the copy would not
/// have. `progress` is told how many rows of how many have been copied.
pub async fn migrate(
    from: &Store,
    to: &Store,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Migrated, MigrateError> {
    if from.is_shared() || !to.is_shared() {
        return Err(MigrateError::Direction { from: from.place(), to: to.place() });
    }
    let mut source = from.begin().await?;
    let mut target = to.begin().await?;
    target.lock_blocks().await?;
    let mut total = 0;
    for table in &TABLES {
        if count(&mut target, table).await? > 0 {
            return Err(MigrateError::NotEmpty { to: to.place(), table: table.name });
        }
        total += count(&mut source, table).await?;
    }
    let mut migrated = Migrated::default();
    target.set_triggers(false).await?;
    for table in &TABLES {
        let start = migrated.rows;
        copy(&mut source, &mut target, table, |rows| {
            migrated.rows += rows;
            progress(migrated.rows, total);
        })
        .await?;
        let copied = migrated.rows - start;
        if count(&mut target, table).await? != count(&mut source, table).await? {
            return Err(MigrateError::Differs { what: format!("table `{}`", table.name) });
        }
        match table.name {
            "messages" => migrated.messages = copied,
            "attempts" => migrated.attempts = copied,
            _ => {}
        }
    }
    target.set_triggers(true).await?;
    target.analyze(&TABLES).await?;
    compare_messages(&mut source, &mut target).await?;
    compare_attempts(&mut source, &mut target).await?;
    to.commit(target).await?;
    note_move(&mut source, &to.place()).await.map_err(|source| MigrateError::Unmarked { source })?;
    from.commit(source).await.map_err(|source| MigrateError::Unmarked { source })?;
    Ok(migrated)
}

async fn count(connection: &mut Connection, table: &Table) -> Result<u64, StoreError> {
    let mut query = sql("SELECT count(*) AS count FROM ");
    query.push(table.name);
    connection.fetch_one(query).await?.uint("count")
}

/// Copies the rows of a table, in the order of its key.
async fn copy(
    source: &mut Connection,
    target: &mut Connection,
    table: &Table,
    mut copied: impl FnMut(u64),
) -> Result<(), StoreError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let (names, key) = (names.join(", "), table.key.join(", "));
    let mut last: Option<Vec<i64>> = None;
    loop {
        let mut query = sql("SELECT ");
        query.push(&names).push(" FROM ").push(table.name);
        if let Some(last) = last.take() {
            query.push(" WHERE (").push(&key).push(") > ");
            query.push_row(last.into_iter().map(Value::from).collect());
        }
        query.push(" ORDER BY ").push(&key).push(" LIMIT ").push_bind(int("rows", ROWS as u64)?);
        let rows = source.fetch_all(query).await?;
        let Some(end) = rows.last() else { break };
        last = Some(table.key.iter().map(|column| end.int(column)).collect::<Result<_, _>>()?);
        let values = rows.iter().map(|row| values(row, table)).collect::<Result<Vec<_>, _>>()?;
        let mut query = sql("INSERT INTO ");
        query.push(table.name).push(" (").push(&names).push(") VALUES ");
        query.push_rows(values, |query, row| {
            query.push_row(row);
        });
        target.execute(query).await?;
        copied(rows.len() as u64);
    }
    target.continue_after(table).await
}

fn values(row: &Row, table: &Table) -> Result<Vec<Value>, StoreError> {
    let value = |(name, kind): &(&'static str, Kind)| {
        Ok(match kind {
            Kind::Int => Value::Int(row.optional_int(name)?),
            Kind::Text => Value::Text(row.optional_text(name)?),
            Kind::Blob => Value::Blob(row.optional_bytes(name)?),
        })
    };
    table.columns.iter().map(value).collect()
}

/// Compares what both say of every message.
async fn compare_messages(source: &mut Connection, target: &mut Connection) -> Result<(), MigrateError> {
    let mut after = 0;
    loop {
        let page = || {
            sql("SELECT * FROM message_records WHERE seq > $1 ORDER BY seq LIMIT $2")
                .bind(after)
                .bind(ROWS as i64)
        };
        let (left, right) = (source.fetch_all(page()).await?, target.fetch_all(page()).await?);
        for (left, right) in left.iter().zip(&right) {
            let (left, right) = (record(left)?, record(right)?);
            if left != right {
                return Err(MigrateError::Differs { what: format!("message {}", left.hash) });
            }
        }
        match left.last() {
            Some(last) if left.len() == right.len() => after = last.int("seq")?,
            None if right.is_empty() => return Ok(()),
            _ => return Err(MigrateError::Differs { what: "the list of messages".to_owned() }),
        }
    }
}

/// Compares what both say of every transaction.
async fn compare_attempts(source: &mut Connection, target: &mut Connection) -> Result<(), MigrateError> {
    let mut after = 0;
    loop {
        let page =
            || sql("SELECT * FROM attempts WHERE id > $1 ORDER BY id LIMIT $2").bind(after).bind(ROWS as i64);
        let (left, right) = (load_all(source, page()).await?, load_all(target, page()).await?);
        if let Some((left, _)) = left.iter().zip(&right).find(|(left, right)| left != right) {
            return Err(MigrateError::Differs { what: format!("transaction {}", left.tx.tx_hash) });
        }
        match left.last() {
            Some(last) if left.len() == right.len() => after = int("attempt", last.id)?,
            None if right.is_empty() => return Ok(()),
            _ => return Err(MigrateError::Differs { what: "the list of transactions".to_owned() }),
        }
    }
}
