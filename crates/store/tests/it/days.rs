//! What counts for a day, by the clock of the database. SQLite alone: only its file can be turned back here.

use crate::support::*;
use alloy_primitives::{Address, B256, Bytes, U256};
use causeway_store::{ErrandKind, ErrandState, ErrandVersion, NewErrand, Noted, Store};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

const CAP: U256 = U256::from_limbs([100, 0, 0, 0]);

/// Turns the time at which all errands were written down, and ended, back by 25 hours.
async fn turn_back(path: &Path) {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let day = "UPDATE errands SET created_ms = created_ms - 90000000, ended_ms = ended_ms - 90000000";
    sqlx::raw_sql(day).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A transfer that no block took for a day is given on the day on which one does.
#[tokio::test]
async fn what_lands_late_counts_from_then() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    let blocks = chain(DESTINATION, 3);
    for block in &blocks {
        store.apply_block(DESTINATION, block, &[], &[], WINDOW).await.unwrap();
    }
    let errand = |nonce: u64| NewErrand {
        chain_id: DESTINATION,
        account: Address::repeat_byte(0x99),
        nonce,
        kind: ErrandKind::TopUp,
        subject: SIGNER.into_word(),
        amount: U256::from(100),
        version: ErrandVersion {
            tx_hash: B256::with_last_byte(nonce as u8 + 1),
            raw_tx: Bytes::from(vec![2]),
        },
    };
    assert_eq!(store.record_errand(&errand(0), CAP).await.unwrap(), Noted::Yes);
    turn_back(&path).await;
    let open = store.open_errands(DESTINATION).await.unwrap().remove(0);
    assert!(store.end_errand(&open, ErrandState::Landed, (1, blocks[1].hash)).await.unwrap());
    assert_eq!(store.record_errand(&errand(1), CAP).await.unwrap(), Noted::Capped { spent: CAP });
    turn_back(&path).await;
    assert_eq!(store.record_errand(&errand(1), CAP).await.unwrap(), Noted::Yes, "a day later");
}
