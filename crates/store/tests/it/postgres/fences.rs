//! Who writes under a lease, who goes on with it, and who would take it over, at the same time.

use super::{meddle, new_url};
use crate::support::*;
use causeway_store::{Acquired, Applied, Role, SeenBlock, Store, StoreError};
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::{task::JoinHandle, time::timeout};

const HOUR: Duration = Duration::from_secs(3_600);
/// Ample for a statement that waits for nobody, and less than a server waits for a lock.
const SOON: Duration = Duration::from_secs(15);

/// One that is held up in the middle of a transaction under a lease that has expired, and who holds it up.
struct Writing {
    first: Store,
    thief: Store,
    applying: JoinHandle<Result<Applied, StoreError>>,
    barrier: PgConnection,
}

impl Writing {
    async fn begin() -> Self {
        let url = new_url().await;
        let store = Store::connect(&url).await.unwrap();
        fill(&store, 4).await;
        let (first, thief) = (store.replica("A"), store.replica("B"));
        let lease = first.acquire(SOURCE, Role::Index, Duration::ZERO).await.unwrap();
        assert_eq!(lease, Acquired::Ours { epoch: 1 });
        let mut barrier = PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("BEGIN; LOCK TABLE blocks").execute(&mut barrier).await.unwrap();
        let writer = first.clone();
        let applying = tokio::spawn(async move { next(&writer, 0).await });
        let mut writing = Self { first, thief, applying, barrier };
        let waits = "SELECT 1 FROM pg_locks WHERE relation = 'blocks'::regclass AND NOT granted";
        writing.until(waits).await;
        writing
    }

    /// Waits until a statement, which asks what others wait for, finds a row.
    async fn until(&mut self, statement: &'static str) {
        let asking = async {
            while sqlx::query(statement).fetch_optional(&mut self.barrier).await.unwrap().is_none() {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, asking).await.expect("nobody waits");
    }

    /// Lets another one take the lease over, which has to wait for what is written.
    async fn steal(&mut self) -> JoinHandle<Acquired> {
        let thief = self.thief.clone();
        let stealing = tokio::spawn(async move { thief.acquire(SOURCE, Role::Index, HOUR).await.unwrap() });
        // Who waits for a row's lock has its place in the queue.
        self.until("SELECT 1 FROM pg_locks WHERE relation = 'leases'::regclass AND locktype = 'tuple'").await;
        assert!(!stealing.is_finished(), "nobody takes over while something is written");
        stealing
    }

    /// Lets the writer go on to its end.
    async fn go_on(self) {
        self.barrier.close().await.unwrap();
        self.applying.await.unwrap().unwrap();
    }
}

/// Applies the block that comes next; which of two it is, `branch` says.
async fn next(store: &Store, branch: u64) -> Result<Applied, StoreError> {
    let tip = *chain(SOURCE, 2).last().unwrap();
    store.apply_block(SOURCE, &child(SOURCE, &tip, branch), &[seen(7, 0)], &[], WINDOW).await
}

#[tokio::test]
async fn a_lease_goes_on_while_something_is_written_under_it() {
    let mut writing = Writing::begin().await;
    let stealing = writing.steal().await;
    let renewed = timeout(SOON, writing.first.renew(HOUR)).await;
    assert_eq!(renewed.expect("it waits for its own transaction").unwrap(), []);
    writing.go_on().await;
    assert!(matches!(stealing.await.unwrap(), Acquired::Others(lease) if lease.holder == "A"));
}

#[tokio::test]
async fn a_takeover_comes_after_what_is_written_and_nothing_after_it() {
    let mut writing = Writing::begin().await;
    let stealing = writing.steal().await;
    let first = writing.first.clone();
    writing.go_on().await;
    assert_eq!(stealing.await.unwrap(), Acquired::Ours { epoch: 2 });
    assert!(matches!(next(&first, 1).await, Err(StoreError::Fenced { chain_id: SOURCE, role: Role::Index })));
    assert_eq!(first.renew(HOUR).await.unwrap(), [(SOURCE, Role::Index)]);
}

/// Where a statement's way takes long, what is written at once must not take longer the more blocks it is.
#[tokio::test]
async fn many_blocks_take_few_statements() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 4).await;
    let counting = "CREATE TABLE counted (name text NOT NULL);
        CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO counted VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
        CREATE TRIGGER counts AFTER INSERT ON blocks EXECUTE FUNCTION counts();
        CREATE TRIGGER counts AFTER INSERT ON messages EXECUTE FUNCTION counts();
        CREATE TRIGGER counts AFTER INSERT ON initiations EXECUTE FUNCTION counts();
        CREATE TRIGGER counts AFTER INSERT ON deliveries EXECUTE FUNCTION counts();
        CREATE TRIGGER counts AFTER UPDATE ON attempts EXECUTE FUNCTION counts();";
    meddle(&url, counting).await;
    let blocks: Vec<_> = chain(SOURCE, 130)
        .into_iter()
        .skip(2)
        .map(|block| SeenBlock {
            block,
            messages: vec![seen(block.number, 0)],
            deliveries: vec![delivered(block.number, 1, hash(&[block.number, 77]))],
        })
        .collect();
    let applied = store.apply_blocks(SOURCE, &blocks, WINDOW).await.unwrap();
    assert_eq!((applied.blocks, applied.initiated.len(), applied.delivered.len()), (128, 128, 128));
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let counted = "SELECT CAST(name AS text) AS name, count(*) FROM counted GROUP BY 1 ORDER BY 1";
    let counted: Vec<(String, i64)> = sqlx::query_as(counted).fetch_all(&mut connection).await.unwrap();
    let once = ["attempts", "blocks", "deliveries", "initiations", "messages"];
    assert_eq!(counted, once.map(|name| (name.to_owned(), 1)));
}
