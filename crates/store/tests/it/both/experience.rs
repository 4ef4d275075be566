//! What a relayer that starts learns of what it paid for before.

use super::{
    costs::{paid, with_batch},
    with_messages,
};
use crate::support::*;
use alloy_primitives::{Address, Bytes, U256};
use causeway_store::{AttemptItem, Cost, Experience, Landed, Landing, NewAttempt, Spent, Store};

const NO_BRIDGE: Address = Address::repeat_byte(0xbb);
const ALL: u32 = u32::MAX;

async fn experience(store: &Store, since: u64) -> Vec<Experience> {
    store.experience(DESTINATION, since, NO_BRIDGE, ALL).await.unwrap()
}

/// Of one message of [`with_batch`].
fn of(nonce: u8, gas: u64, vain_gas: u64) -> Experience {
    Experience {
        source: SOURCE,
        sender: Address::with_last_byte(nonce),
        target: sent(u64::from(nonce)).target,
        beginning: Bytes::new(),
        gas,
        vain_gas,
        at: paid(1).landed_at,
    }
}

#[tokio::test]
async fn what_was_paid_is_remembered_when_the_message_is_forgiven_or_delivered() {
    let store = with_batch([100, 100, 300]).await;
    assert_eq!(experience(&store, 0).await, []);
    let tx = hash(&[1, 77]);
    let spent = async || store.spent(DESTINATION).await.unwrap().remove(&message_hash(2));
    assert_eq!(spent().await, Some(vec![Spent { tx_hash: tx, gas: None }]), "the cost is not known yet");
    assert!(store.record_cost(tx, &paid(1)).await.unwrap());
    let expected = [of(0, 20_000, 0), of(1, 20_001, 0), of(2, 0, 60_002)];
    assert_eq!(spent().await, Some(vec![Spent { tx_hash: tx, gas: Some(60_002) }]));
    assert_eq!(experience(&store, 0).await, expected);
    assert_eq!(experience(&store, paid(1).landed_at + 1).await, []);
    assert_eq!(store.experience(SOURCE, 0, NO_BRIDGE, ALL).await.unwrap(), []);
    store.retry(message_hash(2)).await.unwrap();
    assert_eq!(spent().await, None);
    assert_eq!(experience(&store, 0).await, expected);
    // Somebody else delivers it later. What we paid before was for its sender all the same.
    let block = child(DESTINATION, &chain(DESTINATION, 2)[1], 0);
    store.apply_block(DESTINATION, &block, &[], &[delivered(2, 0, hash(&[5]))], WINDOW).await.unwrap();
    assert_eq!(experience(&store, 0).await, expected);
    // What came too late is nobody's fault.
    let late = attempt(2, 1, &[2]);
    store.record_attempt(&late).await.unwrap();
    let landing = Landing { block_number: 2, block_hash: block.hash, success: false };
    assert!(store.record_landing(late.tx_hash, landing, None).await.unwrap());
    let cost =
        Cost { block_number: 2, block_hash: block.hash, landed_at: paid(2).landed_at + 600, ..paid(2) };
    assert!(store.record_cost(late.tx_hash, &cost).await.unwrap());
    let vain = experience(&store, 0).await.iter().map(|one| one.vain_gas).sum::<u64>();
    assert_eq!(vain, 60_002);
    assert!(store.costs_of(message_hash(2)).await.unwrap().iter().all(|cost| cost.in_vain));
}

#[tokio::test]
async fn messages_to_a_bridge_are_told_apart_by_how_they_begin() {
    let store = with_batch([100, 100, 300]).await;
    assert!(store.record_cost(hash(&[1, 77]), &paid(1)).await.unwrap());
    let bridge = sent(1).target;
    let found = store.experience(DESTINATION, 0, bridge, ALL).await.unwrap();
    for one in &found {
        let nonce = u64::from(one.sender.0[19]);
        let message = sent(nonce).message;
        let beginning = if one.target == bridge { &message[..message.len().min(36)] } else { &[][..] };
        assert_eq!(&one.beginning[..], beginning);
    }
    assert!(found.iter().any(|one| !one.beginning.is_empty()), "{found:?}");
}

#[tokio::test]
async fn what_landed_is_known_before_its_cost_and_after() {
    let store = with_batch([100, 100, 300]).await;
    let block = chain(DESTINATION, 2)[1];
    let landed = async |since| store.landed(DESTINATION, since).await.unwrap();
    let tx_hash = hash(&[1, 77]);
    let timestamp = Some(block.timestamp);
    let planned = Landed { tx_hash, block_number: 1, timestamp, gas: 500, shares: vec![(SOURCE, 500)] };
    // Nobody knows what it cost, so it counts, however long ago that was.
    assert_eq!(landed(u64::from(u32::MAX)).await, std::slice::from_ref(&planned));
    assert!(store.record_cost(tx_hash, &paid(1)).await.unwrap());
    let at = paid(1).landed_at;
    let gas = paid(1).gas_used;
    let known = Landed { timestamp: Some(at), gas, shares: vec![(SOURCE, gas)], ..planned };
    assert_eq!(landed(at).await, [known]);
    assert_eq!(landed(at + 1).await, []);
    store.revert_to(DESTINATION, &chain(DESTINATION, 2)[0]).await.unwrap();
    assert_eq!(landed(0).await, []);
}

/// However much there was: the newest counts most.
#[tokio::test]
async fn of_more_than_can_be_read_the_newest_is_remembered() {
    let store = with_batch([100, 100, 300]).await;
    assert!(store.record_cost(hash(&[1, 77]), &paid(1)).await.unwrap());
    store.retry(message_hash(2)).await.unwrap();
    let block = child(DESTINATION, &chain(DESTINATION, 2)[1], 0);
    store.apply_block(DESTINATION, &block, &[], &[], WINDOW).await.unwrap();
    let again = attempt(2, 1, &[2]);
    store.record_attempt(&again).await.unwrap();
    let landing = Landing { block_number: 2, block_hash: block.hash, success: false };
    assert!(store.record_landing(again.tx_hash, landing, None).await.unwrap());
    let at = paid(1).landed_at + 6 * 3_600;
    let cost = Cost { block_number: 2, block_hash: block.hash, landed_at: at, ..paid(2) };
    assert!(store.record_cost(again.tx_hash, &cost).await.unwrap());
    let read = async |limit| store.experience(DESTINATION, 0, NO_BRIDGE, limit).await.unwrap();
    let newest = Experience { at, ..of(2, 0, cost.gas_used) };
    let all = [of(0, 20_000, 0), of(1, 20_001, 0), of(2, 0, 60_002), newest];
    assert_eq!(read(ALL).await, all);
    assert_eq!(read(4).await, all);
    assert_eq!(read(2).await.len(), 2);
    assert_eq!(read(2).await.last(), all.last());
    assert_eq!(read(1).await, all[3..]);
    assert_eq!(read(0).await, []);
}

/// A transaction that carries messages of two sources is one, with what each of them has of it.
#[tokio::test]
async fn what_landed_is_told_apart_by_source() {
    const OTHER: u64 = 903;
    let store = with_messages(2).await;
    let block = chain(OTHER, 1)[0];
    store.apply_block(OTHER, &block, &[seen(2, 0)], &[], WINDOW).await.unwrap();
    let message = sent(2).message_hash(U256::from(OTHER));
    let items = vec![item(0, 100), item(1, 200), AttemptItem { message, gas: 700 }];
    let new = NewAttempt { items, ..attempt(1, 0, &[]) };
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    store.apply_block(DESTINATION, &blocks[1], &[], &[delivered(0, 0, new.tx_hash)], WINDOW).await.unwrap();
    let landed = async || store.landed(DESTINATION, 0).await.unwrap();
    let [planned] = &landed().await[..] else { panic!("one transaction") };
    assert_eq!((planned.gas, &planned.shares[..]), (1_000, &[(SOURCE, 300), (OTHER, 700)][..]));
    let cost = Cost { gas_used: 500, ..paid(1) };
    assert!(store.record_cost(new.tx_hash, &cost).await.unwrap());
    let [known] = &landed().await[..] else { panic!("one transaction") };
    assert_eq!((known.gas, &known.shares[..]), (500, &[(SOURCE, 150), (OTHER, 350)][..]));
}
