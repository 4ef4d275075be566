//! A store that is away for a while.

use causeway_relayer::RelayerEvent;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::support::{Listener, Net};

async fn execute(database: &mut SqliteConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(database).await.unwrap();
}

async fn told(events: &mut Listener, fits: impl Fn(&RelayerEvent) -> bool) {
    events.until(|event| fits(event).then_some(())).await;
}

/// Somebody else holds the database's lock for longer than the relayer waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_store_is_waited_out() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let controls = relayer.controls();
    let first = net.send(3).await;
    events.submitted(first[2].message_hash).await;

    let options = SqliteConnectOptions::new().filename(net.database());
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    execute(&mut other, "BEGIN IMMEDIATE").await;
    // One side's blocks are in vain: the other's actor ends with its own.
    let second = net.send(2).await;
    told(&mut events, |event| matches!(event, RelayerEvent::StoreUnwell { .. })).await;
    execute(&mut other, "ROLLBACK").await;
    told(&mut events, |event| matches!(event, RelayerEvent::StoreWell)).await;

    events.submitted(second[1].message_hash).await;
    net.mine_until(5).await;
    for sent in first.iter().chain(&second) {
        events.delivered(sent.message_hash).await;
    }
    net.delivered_once(5).await;

    // What was handed out before leads to the new actors.
    let skipped = net.send(1).await.remove(0);
    events.submitted(skipped.message_hash).await;
    controls.retry(skipped.message_hash).await.unwrap();
    net.mine_until(6).await;
    events.delivered(skipped.message_hash).await;
    net.delivered_once(6).await;
    relayer.shutdown().await.unwrap();
    assert!(controls.reconsider(first[0].message_hash).await.is_ok(), "it is delivered");
}

/// Whoever waits for the store ends when told to.
#[tokio::test(flavor = "multi_thread")]
async fn a_relayer_without_its_store_can_be_ended() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    let options = SqliteConnectOptions::new().filename(net.database());
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    execute(&mut other, "BEGIN IMMEDIATE").await;
    let sent = net.send(1).await;
    told(&mut events, |event| matches!(event, RelayerEvent::StoreUnwell { .. })).await;
    relayer.shutdown().await.unwrap();
    execute(&mut other, "ROLLBACK").await;

    let (relayer, mut events) = net.relayer().await;
    events.submitted(sent[0].message_hash).await;
    net.mine_until(1).await;
    net.delivered_once(1).await;
    relayer.shutdown().await.unwrap();
}
