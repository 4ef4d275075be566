//! Several processes with one database.

use super::{new_url, wait_for_waiters};
use crate::support::*;
use alloy_primitives::{Address, B256};
use causeway_store::{Cost, Landing, MessageStatus, NewAttempt, Role, Store, StoreError};
use sqlx::{Connection, PgConnection};
use std::{collections::BTreeSet, time::Duration};

/// Of a lease that anybody may take at once.
const EXPIRED: Duration = Duration::ZERO;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_take_the_same_message_one_does() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 60).await;
    for round in 0..20_u64 {
        let base = round * 3;
        let (one, other) =
            (attempt(2 * round, round, &[base, base + 1]), attempt(2 * round + 1, round, &[base + 1, base]));
        let other = NewAttempt { signer: alloy_primitives::Address::ZERO, ..other };
        let (left, right) = tokio::join!(
            {
                let (store, new) = (first.clone(), one.clone());
                tokio::spawn(async move { store.record_attempt(&new).await })
            },
            {
                let (store, new) = (second.clone(), other.clone());
                tokio::spawn(async move { store.record_attempt(&new).await })
            },
        );
        let results = [left.unwrap(), right.unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let Some(Err(StoreError::Held { messages })) = results.iter().find(|result| result.is_err()) else {
            panic!("{results:?}");
        };
        assert_eq!(*messages, [base, base + 1].map(message_hash));
        let attempts = first.attempts_of(message_hash(base)).await.unwrap();
        assert_eq!(attempts.len(), 1, "nothing of the other was written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_attempt_may_be_recorded_by_two_at_once() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 20).await;
    for nonce in 0..20 {
        let carried: &[u64] = if nonce % 2 == 0 { &[nonce] } else { &[] };
        let new = attempt(nonce, nonce, carried);
        let (left, right) = tokio::join!(first.record_attempt(&new), second.record_attempt(&new));
        left.unwrap();
        right.unwrap();
    }
    assert_eq!(first.open_attempts(DESTINATION).await.unwrap().len(), 20);
}

/// A message and its delivery are seen at the same moment, by two that do not see each other's writes yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivery_is_noted_whoever_is_first() {
    let url = new_url().await;
    let (source, destination) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    let sending = tokio::spawn(async move {
        for block in chain(SOURCE, 60) {
            source.apply_block(SOURCE, &block, &[seen(block.number, 0)], &[], WINDOW).await.unwrap();
        }
        source
    });
    for block in chain(DESTINATION, 60) {
        let delivery = delivered(block.number, 0, B256::repeat_byte(9));
        destination.apply_block(DESTINATION, &block, &[], &[delivery], WINDOW).await.unwrap();
    }
    let store = sending.await.unwrap();
    let records = store.messages(&Default::default()).await.unwrap();
    assert_eq!(records.len(), 60);
    for record in records {
        assert_eq!(record.status, MessageStatus::Delivered, "message {}", record.sent.nonce);
    }
}

/// Who goes on with its leases, and gives them back, and who takes them over lock the same rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn renewing_and_taking_over_do_not_wait_for_each_other() {
    let url = new_url().await;
    let replica = async |name| Store::connect(&url).await.unwrap().replica(name);
    let (mut holder, mut other) = (replica("A").await, replica("B").await);
    let leases: BTreeSet<(u64, Role)> = [SOURCE, DESTINATION]
        .into_iter()
        .flat_map(|chain| {
            let signers = (0..20).map(|account| Role::Signer(Address::repeat_byte(account)));
            signers.chain([Role::Index, Role::Member(0)]).map(move |role| (chain, role))
        })
        .collect();
    // In the table they stand in another order than in that of those who take them.
    for (chain, role) in leases.iter().rev() {
        holder.acquire(*chain, *role, EXPIRED).await.unwrap();
    }
    for round in 0..100 {
        let (going_on, taking) = tokio::join!(holder.renew(EXPIRED), other.acquire_all(&leases, EXPIRED));
        let lost = going_on.unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert!(taking.unwrap_or_else(|error| panic!("round {round}: {error}")), "they have expired");
        assert!(lost.is_empty() || lost.len() == leases.len(), "{lost:?}");
        assert_eq!(holder.renew(EXPIRED).await.unwrap().len() + lost.len(), leases.len());
        let (giving_back, taking) = tokio::join!(other.release_all(), holder.acquire_all(&leases, EXPIRED));
        giving_back.unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert!(taking.unwrap_or_else(|error| panic!("round {round}: {error}")));
        if round % 2 == 0 {
            assert!(other.acquire_all(&leases, EXPIRED).await.unwrap());
            std::mem::swap(&mut holder, &mut other);
        }
    }
}

/// Who follows the decisions of operators hears of each, in whatever order they are made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_decision_is_overheard() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 100).await;
    let skip = |store: Store, messages: std::ops::Range<u64>| {
        tokio::spawn(async move {
            for message in messages {
                store.skip(message_hash(message), "why").await.unwrap();
            }
        })
    };
    let skipping = [skip(first.clone(), 0..50), skip(second, 50..100)];
    let (mut last, mut heard) = (0, std::collections::BTreeSet::new());
    while heard.len() < 100 {
        let is_over = skipping.iter().all(|task| task.is_finished());
        let decisions = first.decisions_after(last, 100).await.unwrap();
        last = decisions.last().map_or(last, |decision| decision.id);
        assert!(!is_over || !decisions.is_empty(), "only {} were heard of", heard.len());
        heard.extend(decisions.into_iter().map(|decision| decision.message));
    }
}

/// A transaction that is signed, and block 1 of its chain, which somebody says has it.
async fn with_landing(store: &Store) -> (B256, Landing) {
    fill(store, 1).await;
    for block in chain(DESTINATION, 2) {
        store.apply_block(DESTINATION, &block, &[], &[], WINDOW).await.unwrap();
    }
    let new = attempt(1, 0, &[0]);
    store.record_attempt(&new).await.unwrap();
    let block = chain(DESTINATION, 2)[1];
    (new.tx_hash, Landing { block_number: 1, block_hash: block.hash, success: false })
}

/// Whichever of the two is first.
async fn has_no_block(store: &Store, tx_hash: B256, was_noted: bool, reopened: &[B256]) {
    let attempt = store.attempt(tx_hash).await.unwrap().unwrap();
    assert_eq!(attempt.block_number, None, "its block is gone: {:?}", attempt.state);
    let expected: &[B256] = if was_noted { &[tx_hash] } else { &[] };
    assert_eq!(reopened, expected, "what is open again is told");
}

/// The reorg has begun, and is held up at the block; then somebody notes what is in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_lands_while_its_block_goes_is_not_left_there() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    let (tx_hash, landing) = with_landing(&store).await;
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let hold = "BEGIN; SELECT 1 FROM blocks WHERE chain_id = 902 AND number = 1 FOR NO KEY UPDATE";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let reverting = {
        let store = store.clone();
        tokio::spawn(async move { store.revert_to(DESTINATION, &genesis(DESTINATION)).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 1, || reverting.is_finished()).await;
    let noting = {
        let store = store.clone();
        tokio::spawn(async move { store.record_landing(tx_hash, landing, None).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 2, || noting.is_finished()).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    let (was_noted, reverted) = (noting.await.unwrap(), reverting.await.unwrap());
    has_no_block(&store, tx_hash, was_noted, &reverted.reopened).await;
    holder.close().await.unwrap();
}

/// Somebody has found the block, and is held up at the transaction; then the reorg comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_block_that_goes_while_something_lands_there_takes_it_along() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    let (tx_hash, landing) = with_landing(&store).await;
    let mut holder = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT 1 FROM attempts FOR NO KEY UPDATE").execute(&mut holder).await.unwrap();
    let noting = {
        let store = store.clone();
        tokio::spawn(async move { store.record_landing(tx_hash, landing, None).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 1, || noting.is_finished()).await;
    let reverting = {
        let store = store.clone();
        tokio::spawn(async move { store.revert_to(DESTINATION, &genesis(DESTINATION)).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 2, || reverting.is_finished()).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    let (was_noted, reverted) = (noting.await.unwrap(), reverting.await.unwrap());
    has_no_block(&store, tx_hash, was_noted, &reverted.reopened).await;
    holder.close().await.unwrap();
}

/// The same for what it cost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_transaction_cost_goes_with_its_block() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    let (tx_hash, landing) = with_landing(&store).await;
    assert!(store.record_landing(tx_hash, landing, None).await.unwrap());
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let hold = "BEGIN; SELECT 1 FROM blocks WHERE chain_id = 902 AND number = 1 FOR NO KEY UPDATE";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let reverting = {
        let store = store.clone();
        tokio::spawn(async move { store.revert_to(DESTINATION, &genesis(DESTINATION)).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 1, || reverting.is_finished()).await;
    let noting = {
        let store = store.clone();
        let cost = Cost { block_hash: landing.block_hash, ..cost(1) };
        tokio::spawn(async move { store.record_cost(tx_hash, &cost).await.unwrap() })
    };
    wait_for_waiters(&mut holder, 2, || noting.is_finished()).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    let (_, reverted) = (noting.await.unwrap(), reverting.await.unwrap());
    has_no_block(&store, tx_hash, true, &reverted.reopened).await;
    assert_eq!(store.attempt(tx_hash).await.unwrap().unwrap().cost, None);
    assert_eq!(store.costs_of(message_hash(0)).await.unwrap(), []);
    holder.close().await.unwrap();
}

/// Also for a program that does not ask.
#[tokio::test]
async fn the_database_itself_refuses() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 2).await;
    store.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    store.record_attempt(&attempt(2, 1, &[1])).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let statement =
        "INSERT INTO attempt_messages (message, attempt) SELECT 1, id FROM attempts WHERE nonce = 1";
    let error = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
    assert!(error.to_string().contains("another transaction holds the message"), "{error}");
    connection.close().await.unwrap();
}
