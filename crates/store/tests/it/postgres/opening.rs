use super::{meddle, new_url};
use crate::support::*;
use causeway_store::{
    LockError, OpenError, Store, StoreDisposition,
    test_utils::{PostgresServer, Wire},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::time::Duration;

#[tokio::test]
async fn what_was_written_is_there_again() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 3).await;
    let before = store.messages(&Default::default()).await.unwrap();
    store.close().await;
    let store = Store::connect(&url).await.unwrap();
    assert_eq!(store.messages(&Default::default()).await.unwrap(), before);
    assert_eq!(store.window(SOURCE).await.unwrap(), chain(SOURCE, 2));
    assert!(store.is_shared());
    assert!(matches!(store.lock_relayer("A"), Err(LockError::Shared { .. })));
}

/// A copy that was made before stores had ids is the same store as what became of the original.
#[tokio::test]
async fn copies_of_an_older_one_are_the_same_store() {
    let before = "DROP TABLE store_id; DELETE FROM _sqlx_migrations WHERE version = 22";
    for is_worked_on in [true, false] {
        let url = new_url().await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let store = Store::connect(&url).await.unwrap();
            if is_worked_on && ids.is_empty() {
                fill(&store, 3).await;
                store.close().await;
                meddle(&url, before).await;
            } else {
                store.close().await;
            }
            let store = Store::connect(&url).await.unwrap();
            ids.push(store.id().await.unwrap());
            store.close().await;
            meddle(&url, before).await;
        }
        // What nobody has worked on can be no original.
        assert_eq!(ids[0] == ids[1], is_worked_on, "{ids:?}");
        assert_eq!(ids[0].starts_with("since 1"), is_worked_on, "{ids:?}");
    }
}

#[tokio::test]
async fn looking_whether_a_store_is_there_makes_none() {
    let url = new_url().await;
    for _ in 0..2 {
        assert!(Store::is_untouched(&url).await.unwrap());
    }
    Store::connect(&url).await.unwrap().close().await;
    assert!(!Store::is_untouched(&url).await.unwrap());
    // Nothing is there where the schema is gone, either.
    let gone = url.replace("search_path%3D", "search_path%3Dnone_");
    assert!(Store::is_untouched(&gone).await.unwrap());
}

/// In the words of the server for people: where in its sources they stand helps nobody.
#[tokio::test]
async fn what_is_wrong_with_a_server_is_said_with_what_helps() {
    let url = new_url().await;
    let open = async |url: &str| Store::connect(url).await.unwrap_err();
    let missing = open(&url.replace("/postgres?", "/nosuch?")).await;
    let said = missing.to_string();
    assert!(said.ends_with(r#"/nosuch: database "nosuch" does not exist"#), "{said}");
    assert!(missing.remedy().unwrap().contains("createdb"), "{missing:?}");
    assert!(
        std::error::Error::source(&missing).is_none_or(|source| source.source().is_none()),
        "{missing:?}"
    );
    let nobody = open(&url.replace("causeway@", "nobody@")).await;
    assert!(nobody.to_string().ends_with(r#"role "nobody" does not exist"#), "{nobody}");
    assert!(nobody.remedy().unwrap().contains("pg_hba.conf"), "{nobody:?}");
    let away = open("postgres://me:secret@127.0.0.1:1/x").await;
    assert!(away.to_string().ends_with("/x: Connection refused (os error 111)"), "{away}");
    assert!(away.remedy().unwrap().contains("does its server run"), "{away:?}");
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let url = new_url().await;
    meddle(&url, "CREATE TABLE customers (id bigint)").await;
    let error = Store::connect(&url).await.unwrap_err();
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");

    let url = new_url().await;
    Store::connect(&url).await.unwrap().close().await;
    meddle(&url, "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 1").await;
    let error = Store::connect(&url).await.unwrap_err();
    assert!(matches!(error, OpenError::AlteredSchema { version: 1, .. }), "{error}");

    let url = new_url().await;
    Store::connect(&url).await.unwrap().close().await;
    meddle(
        &url,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'from the future', TRUE, '\\x00', 0)",
    )
    .await;
    let error = Store::connect(&url).await.unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }), "{error}");
    assert_eq!(error.disposition(), StoreDisposition::Halt);
}

#[tokio::test]
async fn many_may_begin_at_once() {
    let url = new_url().await;
    let openers: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Store::connect(&url).await.map(drop) })
        })
        .collect();
    for opener in openers {
        opener.await.unwrap().unwrap();
    }
    fill(&Store::connect(&url).await.unwrap(), 1).await;
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for_and_its_password_is_not_told() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("postgres://me:secret@localhost/relay?host={}", directory.path().display());
    let error = Store::connect(&url).await.unwrap_err();
    assert_eq!(error.disposition(), StoreDisposition::Wait, "{error}");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    let store = super::new_store().await;
    assert!(!format!("{store:?} {}", store.place()).contains("causeway@"), "{store:?}");
    // That server is for tests.
    let weakness = store.weakness().await.unwrap().unwrap();
    assert_eq!(weakness, format!("fsync is off on the server of {}", store.place()));
}

/// After a failover, on a full disk, or for somebody who may only look: reading goes on.
#[tokio::test]
async fn a_database_that_takes_no_writes_can_be_read() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 3).await;
    store.check_writable().await.unwrap();
    store.close().await;
    let read_only = format!("{url}%20-cdefault_transaction_read_only%3Don");
    let store = Store::connect(&read_only).await.unwrap();
    assert_eq!(store.messages(&Default::default()).await.unwrap().len(), 3);
    let refused = store.skip(message_hash(0), "why").await.unwrap_err();
    assert_eq!(refused.disposition(), StoreDisposition::Wait, "{refused:?}");
    let refused = store.check_writable().await.unwrap_err();
    assert_eq!(refused.disposition(), StoreDisposition::Wait, "{refused:?}");
}

/// A server that gives no answer any more keeps nobody from leaving, whatever it was asked last.
#[tokio::test]
async fn a_server_that_is_frozen_is_left() {
    let server = PostgresServer::start();
    let wire = Wire::to(&server).await;
    let store = Store::connect(&wire.url(&server.new_schema().await)).await.unwrap();
    wire.cut();
    let question = store.newest_decision();
    assert!(tokio::time::timeout(Duration::from_millis(100), question).await.is_err(), "it is cut");
    store.close().await;
}

/// What is answered survives the loss of the server, and what fails meanwhile says that it may be tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_restarts_costs_nothing() {
    let server = PostgresServer::start_durable();
    let url = server.new_url().await;
    let store = Store::connect(&url).await.unwrap();
    assert_eq!(store.weakness().await.unwrap(), None);
    fill(&store, 60).await;
    let writer = tokio::spawn(async move {
        for nonce in 0..60 {
            // As a relayer does: the same again, until it is recorded.
            while let Err(error) = store.record_attempt(&attempt(nonce, nonce, &[nonce])).await {
                assert_eq!(error.disposition(), StoreDisposition::Wait, "{error:?}");
            }
        }
        store
    });
    let steering = tokio::task::spawn_blocking(move || {
        for command in ["crash", "start", "stop", "start"] {
            server.tell(command);
        }
        server
    });
    let (store, server) = (writer.await.unwrap(), steering.await.unwrap());
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 60);

    let last = attempt(60, 60, &[]);
    server.tell("stop");
    let error = store.record_attempt(&last).await.unwrap_err();
    assert_eq!(error.disposition(), StoreDisposition::Wait, "{error:?}");
    server.tell("start");
    store.record_attempt(&last).await.unwrap();
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 61);
}

/// Also right after much has come at once, when the server has counted nothing yet.
#[tokio::test]
async fn nothing_that_is_asked_often_walks_through_history() {
    let url = new_url().await;
    Store::connect(&url).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let many =
        "INSERT INTO deliveries (message_hash, source, nonce, chain_id, block_number, block_hash, timestamp,
            log_index, tx_hash)
        SELECT h, h, h, 902, n, h, n, 0, h FROM (
            SELECT n, decode(lpad(to_hex(n), 64, '0'), 'hex') AS h FROM generate_series(1, 5000) n
        ) rows";
    sqlx::raw_sql(many).execute(&mut connection).await.unwrap();
    for (statement, index) in [
        (
            "SELECT * FROM message_records WHERE destination = '\\x00' AND delivered = 0",
            "deliveries_by_message",
        ),
        (
            "SELECT * FROM message_records WHERE destination = '\\x00' AND delivered = 0",
            "messages_undelivered",
        ),
        ("SELECT * FROM message_records WHERE hash IN ('\\x00', '\\x01')", "initiations_by_message"),
    ] {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN {statement}")));
        let rows = rows.fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index) && !plan.contains("deliveries_pkey"), "{statement}:\n{plan}");
    }
    connection.close().await.unwrap();
}
