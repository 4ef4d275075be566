//! Transactions that deliver nothing.

use super::new_store;
use crate::support::*;
use alloy_primitives::{Address, B256, Bytes, U256};
use causeway_store::{
    Cost, CostBy, CostKey, ErrandKind, ErrandState, ErrandVersion, NewErrand, Noted, Role, Store, StoreError,
};
use std::time::Duration;

const PURSE: Address = Address::repeat_byte(0x99);
const CAP: U256 = U256::from_limbs([100, 0, 0, 0]);

fn version(tx: u64) -> ErrandVersion {
    ErrandVersion { tx_hash: hash(&[tx, 5]), raw_tx: Bytes::from(vec![2, tx as u8]) }
}

fn errand(nonce: u64, amount: u64) -> NewErrand {
    NewErrand {
        chain_id: DESTINATION,
        account: PURSE,
        nonce,
        kind: ErrandKind::TopUp,
        subject: SIGNER.into_word(),
        amount: U256::from(amount),
        version: version(nonce),
    }
}

/// A store that has taken three blocks of the destination in.
async fn followed() -> Store {
    let store = new_store().await;
    for block in chain(DESTINATION, 3) {
        store.apply_block(DESTINATION, &block, &[], &[], WINDOW).await.unwrap();
    }
    store
}

/// Ends the open errand with one of the blocks.
async fn end(store: &Store, state: ErrandState, number: u64) -> bool {
    let errand = store.open_errands(DESTINATION).await.unwrap().remove(0);
    let block = &chain(DESTINATION, 3)[number as usize];
    store.end_errand(&errand, state, (number, block.hash)).await.unwrap()
}

#[tokio::test]
async fn an_account_has_one_at_a_time() {
    let store = followed().await;
    assert_eq!(store.record_errand(&errand(0, 30), CAP).await.unwrap(), Noted::Yes);
    assert_eq!(store.record_errand(&errand(0, 30), CAP).await.unwrap(), Noted::Busy);
    assert_eq!(store.record_errand(&errand(1, 30), CAP).await.unwrap(), Noted::Busy);
    let other = NewErrand { account: SIGNER, version: version(8), ..errand(1, 30) };
    assert_eq!(store.record_errand(&other, CAP).await.unwrap(), Noted::Yes, "another account");
    let elsewhere = NewErrand { chain_id: SOURCE, version: version(9), ..errand(1, 30) };
    assert_eq!(store.record_errand(&elsewhere, CAP).await.unwrap(), Noted::Yes, "another chain");

    let open = store.open_errands(DESTINATION).await.unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!((open[0].account, open[0].nonce, open[0].state), (PURSE, 0, ErrandState::Open));
    assert_eq!((open[0].kind, open[0].subject), (ErrandKind::TopUp, SIGNER.into_word()));
    assert_eq!((open[0].amount, &open[0].versions), (U256::from(30), &vec![version(0)]));
    assert!(end(&store, ErrandState::Landed, 2).await);
    assert_eq!(store.record_errand(&errand(0, 30), CAP).await.unwrap(), Noted::Busy, "its nonce is used");
    assert_eq!(store.record_errand(&errand(1, 30), CAP).await.unwrap(), Noted::Yes);
    let of = store.errands_for(DESTINATION, ErrandKind::TopUp, SIGNER.into_word()).await.unwrap();
    assert_eq!(of.iter().map(|errand| errand.nonce).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!((of[0].state, of[0].block_number), (ErrandState::Landed, Some(2)));
}

#[tokio::test]
async fn what_is_recorded_counts_against_the_cap_whatever_became_of_it() {
    let store = followed().await;
    let capped = |spent: u64| Noted::Capped { spent: U256::from(spent) };
    assert_eq!(store.record_errand(&errand(0, 101), CAP).await.unwrap(), capped(0));
    assert_eq!(store.record_errand(&errand(0, 60), CAP).await.unwrap(), Noted::Yes);
    assert!(end(&store, ErrandState::Replaced, 1).await);
    assert_eq!(store.record_errand(&errand(1, 41), CAP).await.unwrap(), capped(60));
    let huge = NewErrand { amount: U256::MAX, ..errand(1, 0) };
    assert_eq!(store.record_errand(&huge, U256::MAX).await.unwrap(), capped(60));
    assert_eq!(store.record_errand(&errand(1, 40), CAP).await.unwrap(), Noted::Yes);
    let spending = async |kind| store.errand_spending(DESTINATION, kind).await.unwrap();
    assert_eq!(spending(ErrandKind::TopUp).await, CAP);
    assert_eq!(spending(ErrandKind::Resend).await, U256::ZERO);
    assert!(end(&store, ErrandState::Reverted, 1).await);
    assert_eq!(store.record_errand(&errand(2, 1), CAP).await.unwrap(), capped(100));
    let other = NewErrand { kind: ErrandKind::Resend, ..errand(2, 1) };
    assert_eq!(store.record_errand(&other, CAP).await.unwrap(), Noted::Yes, "another kind, another cap");
}

#[tokio::test]
async fn what_was_done_lately_is_known() {
    let store = followed().await;
    let within = async |nonce, time| {
        let subject = message_hash(nonce);
        store.has_errand_within(DESTINATION, ErrandKind::Resend, subject, time).await.unwrap()
    };
    let hour = Duration::from_secs(3_600);
    assert!(!within(0, hour).await);
    let resend = NewErrand { kind: ErrandKind::Resend, subject: message_hash(0), ..errand(0, 1) };
    store.record_errand(&resend, CAP).await.unwrap();
    assert!(within(0, Duration::ZERO).await, "it is open");
    assert!(end(&store, ErrandState::Landed, 2).await);
    assert!(within(0, hour).await);
    assert!(!within(0, Duration::ZERO).await);
    assert!(!within(1, hour).await, "another one");
    let resend = NewErrand { kind: ErrandKind::Resend, subject: message_hash(2), ..errand(1, 1) };
    store.record_errand(&resend, CAP).await.unwrap();
    assert!(within(2, hour).await);
    assert!(end(&store, ErrandState::Replaced, 2).await);
    assert!(!within(2, hour).await, "its nonce is another's: it never ran");
}

#[tokio::test]
async fn what_was_sent_long_ago_and_not_delivered_is_overdue() {
    let store = super::with_messages(5).await;
    store.record_attempt(&attempt(1, 0, &[1])).await.unwrap();
    store.skip(message_hash(2), "why").await.unwrap();
    let overdue = async |before, after, limit| {
        let found = store.overdue(SOURCE, U256::from(DESTINATION), before, after, limit).await.unwrap();
        found.into_iter().map(|record| (record.hash, record.seq)).collect::<Vec<_>>()
    };
    // All were sent at 1002.
    assert_eq!(overdue(1_002, 0, 9).await, []);
    let all = overdue(1_003, 0, 9).await;
    let hashes: Vec<_> = all.iter().map(|(hash, _)| *hash).collect();
    assert_eq!(hashes, [0, 3, 4].map(message_hash), "not those on their way, nor those that are skipped");
    assert_eq!(overdue(1_003, all[0].1, 1).await, all[1..2]);
}

#[tokio::test]
async fn an_end_goes_with_its_block() {
    let store = followed().await;
    store.record_errand(&errand(0, 1), CAP).await.unwrap();
    let open = store.open_errands(DESTINATION).await.unwrap().remove(0);
    let ends =
        async |number, hash| store.end_errand(&open, ErrandState::Landed, (number, hash)).await.unwrap();
    assert!(!ends(2, B256::ZERO).await, "of another block");
    assert!(!ends(3, B256::ZERO).await, "of a block that was not taken in");
    assert!(store.record_errand_version(&open, &version(7)).await.unwrap());
    assert!(end(&store, ErrandState::Landed, 2).await);
    assert!(!end_of(&store, &open).await, "once");
    assert!(!store.record_errand_version(&open, &version(8)).await.unwrap(), "it has ended");
    assert_eq!(store.open_errands(DESTINATION).await.unwrap(), []);

    let blocks = chain(DESTINATION, 3);
    store.revert_to(DESTINATION, &blocks[2]).await.unwrap();
    assert_eq!(store.open_errands(DESTINATION).await.unwrap(), [], "its block stands");
    store.revert_to(DESTINATION, &blocks[1]).await.unwrap();
    let again = store.open_errands(DESTINATION).await.unwrap().remove(0);
    assert_eq!((again.id, again.block_number), (open.id, None));
    assert_eq!(again.versions, [version(0), version(7)]);
    store.forget_chain(DESTINATION).await.unwrap();
    assert_eq!(store.open_errands(DESTINATION).await.unwrap(), []);
    assert_eq!(store.record_errand(&errand(0, 1), CAP).await.unwrap(), Noted::Yes, "on the new chain");
}

/// It goes before an errand that is open, counts against no cap, and all that it costs is in vain.
#[tokio::test]
async fn what_fills_a_nonce_is_known_like_any_other() {
    let store = followed().await;
    let fill = async |nonce, tx| store.record_filler(DESTINATION, PURSE, nonce, &version(tx)).await.unwrap();
    store.record_errand(&errand(5, 100), CAP).await.unwrap();
    assert!(!fill(5, 7).await, "it has an errand");
    assert!(fill(4, 8).await);
    assert!(!fill(4, 9).await, "once");
    let open = store.open_errands(DESTINATION).await.unwrap();
    assert_eq!(open.iter().map(|errand| errand.nonce).collect::<Vec<_>>(), [5, 4]);
    let filler = &open[1];
    assert_eq!((filler.kind, filler.subject), (ErrandKind::Filler, PURSE.into_word()));
    assert_eq!((filler.amount, &filler.versions), (U256::ZERO, &vec![version(8)]));
    assert_eq!(store.errand_spending(DESTINATION, ErrandKind::TopUp).await.unwrap(), CAP);
    assert!(store.land_errand(filler, ErrandState::Landed, version(8).tx_hash, cost()).await.unwrap());
    let total = store.costs(CostBy::Account, None, None).await.unwrap().remove(0);
    assert_eq!((total.gas, total.vain_gas), (21_000, 21_000));
}

/// It may come true again: a reorg would free its nonce, as long as its block is remembered.
#[tokio::test]
async fn what_was_replaced_is_known_while_a_reorg_may_take_that_back() {
    let store = followed().await;
    let replaced = async || {
        let all = store.replaced_errands(DESTINATION, ErrandKind::TopUp).await.unwrap();
        all.iter().map(|errand| (errand.nonce, errand.block_number)).collect::<Vec<_>>()
    };
    for (nonce, state) in [(0, ErrandState::Replaced), (1, ErrandState::Landed)] {
        store.record_errand(&errand(nonce, 1), CAP).await.unwrap();
        assert_eq!(replaced().await, if nonce == 0 { vec![] } else { vec![(0, Some(2))] });
        assert!(end(&store, state, 2).await);
    }
    assert_eq!(replaced().await, [(0, Some(2))]);
    assert_eq!(store.replaced_errands(DESTINATION, ErrandKind::Resend).await.unwrap(), []);
    assert_eq!(store.replaced_errands(SOURCE, ErrandKind::TopUp).await.unwrap(), []);
    store.revert_to(DESTINATION, &chain(DESTINATION, 3)[1]).await.unwrap();
    assert_eq!(replaced().await, [], "it is open");
    assert!(end(&store, ErrandState::Replaced, 1).await);
    assert_eq!(replaced().await, [(0, Some(1))]);
    for block in chain(DESTINATION, 6).iter().skip(2) {
        store.apply_block(DESTINATION, block, &[], &[], 3).await.unwrap();
    }
    assert_eq!(replaced().await, [], "its block is not remembered any more");
}

async fn end_of(store: &Store, errand: &causeway_store::Errand) -> bool {
    let block = &chain(DESTINATION, 3)[1];
    store.end_errand(errand, ErrandState::Landed, (1, block.hash)).await.unwrap()
}

#[tokio::test]
async fn who_has_the_chain_has_its_errands() {
    let store = followed().await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    let fenced = |result: Result<Noted, StoreError>| matches!(result, Err(StoreError::Fenced { .. }));
    assert!(fenced(first.record_errand(&errand(0, 1), CAP).await), "without a lease");
    first.acquire(DESTINATION, Role::Index, Duration::ZERO).await.unwrap();
    assert_eq!(first.record_errand(&errand(0, 1), CAP).await.unwrap(), Noted::Yes);
    second.acquire(DESTINATION, Role::Index, Duration::from_secs(3_600)).await.unwrap();
    let open = second.open_errands(DESTINATION).await.unwrap().remove(0);
    assert!(fenced(first.record_errand(&errand(1, 1), CAP).await));
    assert!(first.record_errand_version(&open, &version(7)).await.is_err());
    assert!(first.end_errand(&open, ErrandState::Landed, (1, chain(DESTINATION, 2)[1].hash)).await.is_err());
    assert_eq!(second.record_errand(&errand(1, 1), CAP).await.unwrap(), Noted::Busy);
    assert!(end_of(&second, &open).await);
}

/// What it costs to be in the second block.
fn cost() -> Cost {
    let block = &chain(DESTINATION, 3)[2];
    Cost {
        block_number: 2,
        block_hash: block.hash,
        landed_at: block.timestamp,
        gas_used: 21_000,
        gas_price: 3,
        fee: U256::from(63_000),
        l1_fee: None,
        gas_refund: None,
    }
}

/// What an errand cost is its account's, and none of its fee is in vain that did what it was for; a reorg takes it back.
#[tokio::test]
async fn what_an_errand_costs_is_in_the_ledger() {
    for (state, in_vain) in [(ErrandState::Landed, 0), (ErrandState::Reverted, 21_000)] {
        let store = followed().await;
        store.record_errand(&errand(0, 30), CAP).await.unwrap();
        let open = store.open_errands(DESTINATION).await.unwrap().remove(0);
        let (blocks, cost) = (chain(DESTINATION, 3), cost());
        let elsewhere = Cost { block_hash: B256::repeat_byte(9), ..cost };
        assert!(!store.land_errand(&open, state, version(0).tx_hash, elsewhere).await.unwrap());
        assert_eq!(store.overheads(None, None).await.unwrap(), [], "another block");
        assert!(store.land_errand(&open, state, version(0).tx_hash, cost).await.unwrap());
        for by in [CostBy::Account, CostBy::Day] {
            let total = store.costs(by, None, None).await.unwrap().remove(0);
            assert_eq!((total.transactions, total.messages, total.gas), (1, 0, 21_000));
            assert_eq!((total.fee, total.vain_gas), (U256::from(63_000), in_vain), "{state:?}");
        }
        let key = store.overheads(None, None).await.unwrap().remove(0).key;
        assert_eq!(key, CostKey::Account { chain_id: DESTINATION, signer: PURSE });
        store.revert_to(DESTINATION, &blocks[1]).await.unwrap();
        assert_eq!(store.overheads(None, None).await.unwrap(), []);
    }
}
