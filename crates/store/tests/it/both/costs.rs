//! What transactions cost, and whom they cost it for.

use super::with_messages;
use crate::support::*;
use alloy_primitives::{Address, U256};
use causeway_store::{Cost, CostBy, CostKey, Landing, MessageCost, NewAttempt, Store, StoreError};

/// A store with a batch of the messages 0, 1 and 2 in block 1 of the destination, where 0 and 1 were delivered.
pub(super) async fn with_batch(gas: [u64; 3]) -> Store {
    let store = with_messages(3).await;
    let items = (0..).zip(gas).map(|(nonce, gas)| item(nonce, gas)).collect();
    let new = NewAttempt { items, ..attempt(1, 0, &[]) };
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let deliveries = [delivered(0, 0, new.tx_hash), delivered(1, 1, new.tx_hash)];
    store.apply_block(DESTINATION, &blocks[1], &[], &deliveries, WINDOW).await.unwrap();
    store
}

pub(super) fn paid(tx: u64) -> Cost {
    Cost { block_hash: chain(DESTINATION, 2)[1].hash, ..cost(tx) }
}

async fn shares(store: &Store) -> Vec<MessageCost> {
    let mut shares = Vec::new();
    for nonce in 0..3 {
        shares.extend(store.costs_of(message_hash(nonce)).await.unwrap());
    }
    shares
}

#[tokio::test]
async fn the_shares_of_the_messages_are_the_whole() {
    for (gas, expected) in [
        ([100, 100, 300], [20_000, 20_001, 60_002]),
        // Not of all of them is it known.
        ([100, 0, 300], [33_334, 33_334, 33_335]),
    ] {
        let store = with_batch(gas).await;
        assert!(store.record_cost(hash(&[1, 77]), &paid(1)).await.unwrap());
        let shares = shares(&store).await;
        assert_eq!(shares.iter().map(|share| share.gas).collect::<Vec<_>>(), expected);
        assert_eq!(shares.iter().map(|share| share.gas).sum::<u64>(), paid(1).gas_used);
        assert_eq!(shares.iter().map(|share| share.fee).sum::<U256>(), paid(1).fee);
        assert_eq!(shares.iter().map(|share| share.in_vain).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(shares[0].landed_at, paid(1).landed_at);
        assert_eq!(store.attempt(hash(&[1, 77])).await.unwrap().unwrap().cost, Some(paid(1)));
    }
}

#[tokio::test]
async fn a_receipt_counts_for_its_block_alone() {
    let store = with_batch([1, 1, 1]).await;
    let tx = hash(&[1, 77]);
    let uncosted = async || store.uncosted_attempts(DESTINATION, 10).await.unwrap().len();
    assert_eq!(uncosted().await, 1);
    let void = Cost { block_hash: hash(&[99]), ..paid(1) };
    assert!(!store.record_cost(tx, &void).await.unwrap(), "of a block that is gone");
    assert!(!store.record_cost(tx, &Cost { block_number: 2, ..paid(1) }).await.unwrap());
    assert!(shares(&store).await.is_empty());
    assert!(store.record_cost(tx, &paid(1)).await.unwrap());
    assert_eq!(uncosted().await, 0);
    store.record_item_failures(tx, &[(message_hash(2), "reverted: poison".to_owned())]).await.unwrap();
    let found = store.attempt(tx).await.unwrap().unwrap();
    assert_eq!(found.failures, [(message_hash(2), "reverted: poison".to_owned())]);

    store.revert_to(DESTINATION, &chain(DESTINATION, 2)[0]).await.unwrap();
    let found = store.attempt(tx).await.unwrap().unwrap();
    assert_eq!((found.cost, found.failures), (None, vec![]));
    assert!(shares(&store).await.is_empty());
    assert_eq!(uncosted().await, 0, "it is in no block");
    assert!(!store.record_cost(tx, &paid(1)).await.unwrap());

    // It lands again, and is asked for again, until nobody knows.
    let block = child(DESTINATION, &chain(DESTINATION, 2)[0], 1);
    store.apply_block(DESTINATION, &block, &[], &[delivered(0, 0, tx)], WINDOW).await.unwrap();
    assert_eq!(uncosted().await, 1);
    store.record_cost_missing(tx).await.unwrap();
    assert_eq!(uncosted().await, 0);
    for error in [
        store.record_cost(hash(&[5]), &paid(1)).await.unwrap_err(),
        store.record_cost_missing(hash(&[5])).await.unwrap_err(),
        store.record_item_failures(hash(&[5]), &[]).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::UnknownAttempt { .. }), "{error}");
    }
}

#[tokio::test]
async fn the_ledger_says_who_cost_what() {
    let store = with_batch([1, 1, 1]).await;
    assert!(store.record_cost(hash(&[1, 77]), &paid(1)).await.unwrap());
    // The next day, and in vain again: the transaction reverted.
    store.record_attempt(&attempt(2, 1, &[2])).await.unwrap();
    let landing = Landing { block_number: 1, block_hash: paid(1).block_hash, success: false };
    assert!(store.record_landing(hash(&[2, 77]), landing, None).await.unwrap());
    let next_day = Cost { landed_at: paid(1).landed_at + 86_400, ..paid(2) };
    assert!(store.record_cost(hash(&[2, 77]), &next_day).await.unwrap());

    let costs = async |by| store.costs(by, None, None).await.unwrap();
    let routes = costs(CostBy::Route).await;
    let key = CostKey::Route { source: SOURCE, destination: U256::from(DESTINATION) };
    assert_eq!((routes.len(), &routes[0].key), (1, &key));
    assert_eq!((routes[0].messages, routes[0].transactions), (3, 2));
    assert_eq!(routes[0].gas, 2 * 100_003);
    assert_eq!(routes[0].fee, paid(1).fee * U256::from(2));
    let share = store.costs_of(message_hash(2)).await.unwrap()[0];
    assert_eq!(routes[0].vain_gas, share.gas + 100_003);
    assert_eq!(routes[0].vain_fee, share.fee + paid(1).fee);

    let days: Vec<_> =
        costs(CostBy::Day).await.into_iter().map(|total| (total.key, total.messages)).collect();
    let day = |day: &str| CostKey::Day { chain_id: DESTINATION, day: day.to_owned() };
    assert_eq!(days, [(day("2027-01-15"), 3), (day("2027-01-16"), 1)]);
    let senders = costs(CostBy::Sender).await;
    assert_eq!(senders.len(), 3);
    let third = CostKey::Sender { source: SOURCE, sender: Address::with_last_byte(2) };
    assert_eq!((&senders[2].key, senders[2].vain_gas), (&third, routes[0].vain_gas));
    let applications = costs(CostBy::Application).await;
    let (sender, target) = (Address::with_last_byte(2), sent(0).target);
    let third = CostKey::Application { source: SOURCE, sender, chain_id: DESTINATION, target };
    assert_eq!((applications.len(), &applications[2].key), (3, &third));
    assert_eq!(applications[2].vain_gas, routes[0].vain_gas);
    let target = CostKey::Target { chain_id: DESTINATION, target: sent(0).target };
    assert_eq!(costs(CostBy::Target).await[0].key, target);
    let of_first_day = store.costs(CostBy::Target, None, Some(next_day.landed_at)).await.unwrap();
    assert_eq!(of_first_day[0].fee, paid(1).fee);
    assert_eq!(store.costs(CostBy::Target, Some(next_day.landed_at + 1), None).await.unwrap(), []);
}

/// The bounds of what is believed are the relayer's. A sum that failed would keep it from starting, whoever has written this.
#[tokio::test]
async fn what_is_too_large_to_be_added_up_is_told_as_the_most() {
    let store = with_batch([1, 1, 1]).await;
    let most = U256::from(i64::MAX);
    let absurd = Cost { gas_used: 1 << 62, fee: most * U256::from(1_000_000_000), ..paid(1) };
    assert!(store.record_cost(hash(&[1, 77]), &absurd).await.unwrap());
    for tx in 2..5 {
        store.record_attempt(&attempt(tx, tx, &[2])).await.unwrap();
        let landing = Landing { block_number: 1, block_hash: absurd.block_hash, success: false };
        assert!(store.record_landing(hash(&[tx, 77]), landing, None).await.unwrap());
        assert!(store.record_cost(hash(&[tx, 77]), &absurd).await.unwrap());
    }
    for by in [CostBy::Route, CostBy::Account, CostBy::Day] {
        let total = store.costs(by, None, None).await.unwrap().remove(0);
        assert_eq!((total.gas, total.vain_gas), (i64::MAX as u64, i64::MAX as u64), "{by:?}");
        assert!(total.fee >= absurd.fee, "{by:?}");
    }
    let experience = store.experience(DESTINATION, 0, Address::ZERO, u32::MAX).await.unwrap();
    assert_eq!(experience.iter().map(|one| one.vain_gas).max(), Some(i64::MAX as u64));
}
