//! What accounts paid for no message.

use super::costs::{paid, with_batch};
use crate::support::*;
use alloy_primitives::{Address, B256, U256};
use causeway_store::{Cost, CostBy, CostKey, CostTotal, Overhead, Role, Store, StoreError};
use std::time::Duration;

const OTHER: Address = Address::repeat_byte(0x52);

fn overhead(tx: u64, signer: Address, cost: Cost) -> Overhead {
    Overhead { chain_id: DESTINATION, signer, nonce: 9, tx_hash: hash(&[tx, 78]), cost }
}

async fn costs(store: &Store, by: CostBy) -> Vec<CostTotal> {
    store.costs(by, None, None).await.unwrap()
}

fn fee(totals: &[CostTotal]) -> U256 {
    totals.iter().map(|total| total.fee).sum()
}

#[tokio::test]
async fn what_carries_no_message_is_in_the_ledger_too() {
    let store = with_batch([1, 1, 1]).await;
    assert!(store.record_cost(hash(&[1, 77]), &paid(1)).await.unwrap());
    for (tx, signer) in [(5, SIGNER), (6, OTHER), (5, SIGNER)] {
        assert!(store.record_overhead(&overhead(tx, signer, paid(1))).await.unwrap());
    }
    // One that carries messages has its own place, and what is in no block of the chain is nowhere.
    let recorded = Overhead { tx_hash: hash(&[1, 77]), ..overhead(0, SIGNER, paid(1)) };
    assert!(!store.record_overhead(&recorded).await.unwrap());
    let void = Cost { block_hash: B256::repeat_byte(3), ..paid(1) };
    assert!(!store.record_overhead(&overhead(7, SIGNER, void)).await.unwrap());
    let later = Cost { block_number: 2, ..paid(1) };
    assert!(!store.record_overhead(&overhead(7, SIGNER, later)).await.unwrap());

    // What was paid for messages, and all that left the accounts.
    let one = paid(1).fee;
    for (by, expected) in [(CostBy::Route, 1), (CostBy::Sender, 1), (CostBy::Account, 3), (CostBy::Day, 3)] {
        assert_eq!(fee(&costs(&store, by).await), one * U256::from(expected), "{by:?}");
    }
    let accounts = costs(&store, CostBy::Account).await;
    let key = |signer| CostKey::Account { chain_id: DESTINATION, signer };
    assert_eq!([&accounts[0].key, &accounts[1].key], [&key(SIGNER), &key(OTHER)]);
    assert_eq!((accounts[0].messages, accounts[0].transactions), (3, 2));
    assert_eq!((accounts[1].messages, accounts[1].transactions), (0, 1));
    assert_eq!(accounts[1].vain_fee, one);
    let beside = store.overheads(None, None).await.unwrap();
    assert_eq!(fee(&beside), one * U256::from(2));
    assert_eq!(store.overheads(Some(paid(1).landed_at + 1), None).await.unwrap(), []);

    store.revert_to(DESTINATION, &chain(DESTINATION, 2)[0]).await.unwrap();
    for by in [CostBy::Account, CostBy::Day] {
        assert_eq!(costs(&store, by).await, [], "it goes with its block");
    }
}

#[tokio::test]
async fn who_lost_the_account_notes_nothing_of_it() {
    let store = with_batch([1, 1, 1]).await;
    let replica = store.replica("A");
    let error = replica.record_overhead(&overhead(5, SIGNER, paid(1))).await.unwrap_err();
    assert!(matches!(error, StoreError::Fenced { role: Role::Signer(SIGNER), .. }), "{error}");
    replica.acquire(DESTINATION, Role::Signer(SIGNER), Duration::from_secs(60)).await.unwrap();
    assert!(replica.record_overhead(&overhead(5, SIGNER, paid(1))).await.unwrap());
}

#[tokio::test]
async fn what_used_a_nonce_is_recorded_or_not() {
    // Nonce 0 is that of the batch, which landed.
    let store = with_batch([1, 1, 1]).await;
    store.record_attempt(&attempt(2, 3, &[])).await.unwrap();
    let of = async |signer, nonces| store.unaccounted(DESTINATION, signer, nonces).await.unwrap();
    assert_eq!(of(SIGNER, 0..5).await, [(1, false), (2, false), (3, true), (4, false)]);
    let filler = Overhead { nonce: 2, ..overhead(5, SIGNER, paid(1)) };
    assert!(store.record_overhead(&filler).await.unwrap());
    assert_eq!(of(SIGNER, 1..5).await, [(1, false), (3, true), (4, false)]);
    assert_eq!(of(SIGNER, 0..0).await, []);
    assert_eq!(of(OTHER, 0..5).await, [], "it has never signed");
}
