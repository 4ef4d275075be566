//! Whether a store is the one to work on: which one it is, whether anything was ever written to it, and whether it was moved.

use crate::{
    Store, StoreError,
    database::{Connection, sql},
};

impl Store {
    /// Which store this is: one line that no other has, but copies of it. What [`migrate`](crate::migrate) makes is another
    /// store, for the file is still there and may be taken back. One that was worked on before stores had this is told by
    /// when it was made.
    pub async fn id(&self) -> Result<String, StoreError> {
        self.read().await?.fetch_one(sql("SELECT id FROM store_id")).await?.text("id")
    }

    /// Whether nothing was ever recorded: no block of any chain, no message, no transaction. A store that relayers have worked
    /// on is not like that, whatever was delivered.
    pub async fn is_unused(&self) -> Result<bool, StoreError> {
        let query = sql("SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM blocks) OR EXISTS (SELECT 1 FROM messages)
             OR EXISTS (SELECT 1 FROM attempts) OR EXISTS (SELECT 1 FROM errands) THEN 1 ELSE 0 END AS BIGINT) AS used");
        let mut connection = self.read().await?;
        Ok(connection.fetch_one(query).await?.int("used")? == 0)
    }

    /// Where [`migrate`](crate::migrate) has copied it to, without credentials: relayers work on the copy from then on, and two
    /// of them with one key would take each other's nonces.
    pub async fn moved_to(&self) -> Result<Option<String>, StoreError> {
        if self.is_shared() {
            return Ok(None);
        }
        let row = self.read().await?.fetch_optional(sql("SELECT place FROM moved")).await?;
        row.map(|row| row.text("place")).transpose()
    }

    /// Forgets that it was moved: relayers work on it again, and on the copy no more. Returns whether it was.
    pub async fn take_back(&self) -> Result<bool, StoreError> {
        if self.is_shared() {
            return Ok(false);
        }
        let mut transaction = self.begin().await?;
        let forgotten = transaction.execute(sql("DELETE FROM moved")).await?;
        self.commit(transaction).await?;
        Ok(forgotten > 0)
    }
}

/// Notes where a file was copied to.
pub(crate) async fn note_move(file: &mut Connection, place: &str) -> Result<(), StoreError> {
    let query = sql("INSERT INTO moved (id, place) VALUES (1, $1)
         ON CONFLICT (id) DO UPDATE SET place = excluded.place");
    file.execute(query.bind(place)).await.map(drop)
}
