use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::time::{sleep, timeout};

use super::PATIENCE;

/// Has the database note who goes on with a chain's blocks, and who takes them over, by its own clock.
const NOTE: &str = "
    CREATE TABLE lease_log (
        id bigserial PRIMARY KEY, at_ms bigint, chain_id bigint, holder text, is_taken boolean, expired_ms bigint
    );
    CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO lease_log (at_ms, chain_id, holder, is_taken, expired_ms) VALUES (
            CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint),
            NEW.chain_id, NEW.holder, NEW.epoch <> OLD.epoch, OLD.expires_ms
        );
        RETURN NULL;
    END $$;
    CREATE TRIGGER note AFTER UPDATE ON leases FOR EACH ROW
        WHEN (NEW.role = 'index' AND NEW.expires_ms > 0) EXECUTE FUNCTION note_lease();
";

/// What becomes of the leases of a database, as the database has it.
pub(crate) struct LeaseLog(PgConnection);

/// That a chain changed hands.
#[derive(Debug)]
pub(crate) struct Takeover {
    /// How long after the lease had expired; less than nothing if it had not.
    pub(crate) late_ms: i64,
    /// How often who took it has gone on with another chain between the two.
    pub(crate) renewals: i64,
}

impl LeaseLog {
    /// From here on. The database has to be a store already.
    pub(crate) async fn of(url: &str) -> Self {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(NOTE).execute(&mut connection).await.unwrap();
        Self(connection)
    }

    /// The last time that this one took this chain over, and went on with the other one.
    pub(crate) async fn takeover(&mut self, holder: &str, chain: u64, other: u64) -> Takeover {
        let query = format!(
            "SELECT at_ms - expired_ms AS late, (
                SELECT count(*) FROM lease_log r WHERE r.holder = t.holder AND r.chain_id = {other}
                AND r.at_ms > t.expired_ms AND r.id < t.id
             ) AS renewals FROM lease_log t
             WHERE is_taken AND chain_id = {chain} AND holder = '{holder}' ORDER BY id DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(query)).fetch_one(&mut self.0).await.unwrap();
        Takeover { late_ms: row.get("late"), renewals: row.get("renewals") }
    }

    /// Waits until leases were only gone on with, so many times in sequence.
    pub(crate) async fn settled(&mut self, times: usize) {
        let query = format!(
            "SELECT count(*) >= {times} FROM lease_log
             WHERE id > (SELECT coalesce(max(id), 0) FROM lease_log WHERE is_taken)"
        );
        let settled = async {
            loop {
                let query = sqlx::query_scalar(AssertSqlSafe(query.clone()));
                if query.fetch_one(&mut self.0).await.unwrap() {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, settled).await.expect("chains are taken and lost again and again");
    }
}
