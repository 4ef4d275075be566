//! Work that is divided among several relayers.

use super::{new_store, with_messages};
use crate::support::*;
use alloy_primitives::{Address, B256};
use causeway_store::{
    Acquired, AttemptState, Landing, NewAttempt, Role, Store, StoreDisposition, StoreError,
};
use std::{collections::BTreeSet, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);
const SIGNING: Role = Role::Signer(SIGNER);

async fn take(store: &Store, role: Role, ttl: Duration) -> Option<u64> {
    match store.acquire(DESTINATION, role, ttl).await.unwrap() {
        Acquired::Ours { epoch } => Some(epoch),
        Acquired::Others(_) => None,
    }
}

fn is_fenced<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> bool {
    let Err(error) = result else { return false };
    matches!(error, StoreError::Fenced { chain_id: DESTINATION, .. })
        && error.disposition() == StoreDisposition::Refused
}

#[tokio::test]
async fn one_at_a_time_has_a_lease() {
    let store = new_store().await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(1));
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(1), "it is ours already");
    let Acquired::Others(lease) = second.acquire(DESTINATION, SIGNING, HOUR).await.unwrap() else {
        panic!("the lease is held");
    };
    assert_eq!((lease.holder.as_str(), lease.epoch, lease.is_ours), ("A", 1, false));
    assert!(lease.expires_in > Duration::from_secs(3_000) && lease.expires_in <= HOUR, "{lease:?}");
    // Others are free: another signer, another chain, the blocks.
    assert_eq!(take(&second, Role::Signer(Address::ZERO), HOUR).await, Some(1));
    assert_eq!(take(&second, Role::Index, HOUR).await, Some(1));
    let elsewhere = second.acquire(SOURCE, SIGNING, HOUR).await.unwrap();
    assert_eq!(elsewhere, Acquired::Ours { epoch: 1 });
    let leases = second.leases().await.unwrap();
    let seen: Vec<_> = leases.iter().map(|lease| (lease.chain_id, lease.role, lease.is_ours)).collect();
    assert_eq!(seen.len(), 4);
    assert!(
        seen.contains(&(DESTINATION, SIGNING, false)) && seen.contains(&(DESTINATION, Role::Index, true))
    );

    first.release(DESTINATION, SIGNING).await.unwrap();
    assert_eq!(take(&second, SIGNING, HOUR).await, Some(2));
    assert_eq!(take(&first, SIGNING, HOUR).await, None);
    second.release_all().await.unwrap();
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(3));
}

#[tokio::test]
async fn who_was_paused_is_refused_when_it_wakes_up() {
    let store = with_messages(4).await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    // It expires at once, which does no harm until somebody else takes it.
    assert_eq!(take(&first, SIGNING, Duration::ZERO).await, Some(1));
    first.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    assert_eq!(first.renew(Duration::ZERO).await.unwrap(), []);
    assert_eq!(take(&second, SIGNING, HOUR).await, Some(2));

    // The first one wakes up in the middle of its work, and has not renewed yet.
    let (tx, void) = (hash(&[1, 77]), B256::ZERO);
    let landing = Landing { block_number: 1, block_hash: void, success: true };
    assert!(is_fenced(&first.record_attempt(&attempt(2, 1, &[1])).await));
    assert!(is_fenced(&first.record_attempt(&attempt(1, 0, &[0])).await), "not even what is known");
    assert!(is_fenced(&first.set_attempt_state(tx, AttemptState::Failed, None).await));
    assert!(is_fenced(&first.record_landing(tx, landing, None).await));
    assert!(is_fenced(&first.record_replacement(tx, 1, void, "why").await));
    assert!(is_fenced(&first.record_item_failures(tx, &[]).await));
    assert!(is_fenced(&first.record_cost(tx, &cost(1)).await));
    assert!(is_fenced(&first.record_cost_missing(tx).await));
    let open = store.open_attempts(DESTINATION).await.unwrap();
    assert_eq!(open.len(), 1, "nothing was written");
    assert_eq!(open[0].state, AttemptState::Signed);

    assert_eq!(first.renew(HOUR).await.unwrap(), [(DESTINATION, SIGNING)], "it learns what it has lost");
    assert_eq!(first.renew(HOUR).await.unwrap(), [], "once");
    assert_eq!(take(&first, SIGNING, HOUR).await, None);
    second.set_attempt_state(tx, AttemptState::Broadcast, None).await.unwrap();
    second.record_attempt(&attempt(2, 1, &[1])).await.unwrap();
    // Signing with an account of its own, the first one goes on.
    assert_eq!(take(&first, Role::Signer(Address::ZERO), HOUR).await, Some(1));
    let own = NewAttempt { signer: Address::ZERO, ..attempt(3, 0, &[2]) };
    first.record_attempt(&own).await.unwrap();
    assert!(is_fenced(&second.set_attempt_state(own.tx_hash, AttemptState::Broadcast, None).await));
}

/// A key was replaced: what the one before has signed lands, and is entered.
#[tokio::test]
async fn what_an_account_signed_that_signs_no_more_is_entered_by_who_reads_the_chain() {
    let store = with_messages(4).await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    take(&first, SIGNING, HOUR).await;
    first.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    let tx = hash(&[1, 77]);
    assert!(is_fenced(&second.record_cost(tx, &cost(1)).await), "it has nothing to do with the chain");
    take(&second, Role::Index, HOUR).await;
    assert!(is_fenced(&second.record_cost(tx, &cost(1)).await), "the account is at work");
    first.release(DESTINATION, SIGNING).await.unwrap();
    second.set_attempt_state(tx, AttemptState::Broadcast, None).await.unwrap();
    second.record_cost(tx, &cost(1)).await.unwrap();
    assert!(is_fenced(&second.record_attempt(&attempt(2, 1, &[1])).await), "nothing is signed for it");
    assert!(is_fenced(&first.record_cost(tx, &cost(1)).await), "who has let it go has no part in it");
}

#[tokio::test]
async fn one_at_a_time_takes_blocks_in() {
    let store = with_messages(1).await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    let blocks = chain(DESTINATION, 3);
    let apply = async |replica: &Store, number: usize| {
        replica.apply_block(DESTINATION, &blocks[number], &[], &[], WINDOW).await
    };
    assert!(is_fenced(&apply(&first, 0).await), "without a lease");
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(1));
    assert!(is_fenced(&apply(&first, 0).await), "that is another lease");
    assert_eq!(take(&first, Role::Index, Duration::ZERO).await, Some(1));
    apply(&first, 0).await.unwrap();
    assert_eq!(take(&second, Role::Index, HOUR).await, Some(2));
    assert!(is_fenced(&apply(&first, 1).await));
    assert!(is_fenced(&first.revert_to(DESTINATION, &blocks[0]).await));
    assert!(is_fenced(&first.forget_chain(DESTINATION).await));
    apply(&second, 0).await.unwrap();
    apply(&second, 1).await.unwrap();
    second.revert_to(DESTINATION, &blocks[0]).await.unwrap();
    assert_eq!(store.window(DESTINATION).await.unwrap(), blocks[..1]);
    // What people do needs no lease, and a store that is nobody's checks none.
    first.skip(message_hash(0), "why").await.unwrap();
    apply(&store, 1).await.unwrap();
    assert!(is_fenced(&store.acquire(DESTINATION, SIGNING, HOUR).await), "leases are for replicas");
}

/// Whoever has taken a lease over has seen the last that the one before wrote.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_written_after_a_lease_was_taken_over() {
    let store = with_messages(0).await;

    for round in 0..40_u64 {
        let (first, second) = (store.replica("A"), store.replica("B"));
        take(&first, SIGNING, Duration::ZERO).await.unwrap();
        let writing = tokio::spawn(async move {
            for number in 0..4 {
                let result = first.record_attempt(&attempt(4 * round + number, 0, &[])).await;
                assert!(result.is_ok() || is_fenced(&result), "{result:?}");
            }
        });
        for _ in 0..round % 4 {
            tokio::task::yield_now().await;
        }
        take(&second, SIGNING, HOUR).await.unwrap();
        let seen = store.open_attempts(DESTINATION).await.unwrap();
        writing.await.unwrap();

        assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), seen.len());
        second.release_all().await.unwrap();
    }
}

/// Whoever let its leases go has them back at once, as another one: what it wrote before, and does not know whether it was
/// written, comes too late then.
#[tokio::test]
async fn what_was_let_go_is_taken_anew() {
    let store = with_messages(2).await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(1));
    assert_eq!(take(&first, Role::Index, HOUR).await, Some(1));
    first.let_go();
    assert!(is_fenced(&first.record_attempt(&attempt(1, 0, &[0])).await));
    assert_eq!(first.renew(HOUR).await.unwrap(), [], "it has none");
    assert_eq!(take(&second, SIGNING, HOUR).await, None, "it has not expired");
    assert!(first.leases().await.unwrap().iter().all(|lease| lease.is_ours), "for who wants to take it");
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(2));
    first.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    // What it let go and never took again it gives back, too.
    first.release_all().await.unwrap();
    assert_eq!(take(&second, SIGNING, HOUR).await, Some(3));
    assert_eq!(take(&second, Role::Index, HOUR).await, Some(2));
    second.let_go();
    assert_eq!(take(&first, SIGNING, HOUR).await, None);
    second.release_all().await.unwrap();
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(4));
    // Of what another one has taken over since, nothing can be given back.
    second.release_all().await.unwrap();
    assert_eq!(take(&second, SIGNING, HOUR).await, None);
}

/// One chain is given back, and the others are kept.
#[tokio::test]
async fn a_chain_is_given_back_as_a_whole() {
    let store = new_store().await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    for role in [Role::Index, SIGNING] {
        assert!(take(&first, role, HOUR).await.is_some());
        first.acquire(SOURCE, role, HOUR).await.unwrap();
    }
    first.acquire(DESTINATION, Role::Member(0), HOUR).await.unwrap();
    first.let_go_of(DESTINATION);
    assert!(is_fenced(&first.revert_to(DESTINATION, &chain(DESTINATION, 1)[0]).await), "it was let go");
    assert_eq!(take(&second, Role::Index, HOUR).await, None, "it was not given back yet");
    first.release_chain(DESTINATION).await.unwrap();
    for role in [Role::Index, SIGNING] {
        assert!(take(&second, role, HOUR).await.is_some());
    }
    assert_eq!(first.renew(HOUR).await.unwrap(), [], "nothing that it wants to keep is lost");
    let leases = store.leases().await.unwrap();
    let of = |name: &str| -> BTreeSet<(u64, Role)> {
        leases.iter().filter(|lease| lease.holder == name).map(|lease| (lease.chain_id, lease.role)).collect()
    };
    let kept = [(SOURCE, Role::Index), (SOURCE, SIGNING), (DESTINATION, Role::Member(0))];
    assert_eq!(of("A"), kept.into(), "it is still there");
    assert_eq!(of("B").len(), 2);
}

/// All leases of a chain are one relayer's, or none is.
#[tokio::test]
async fn leases_are_taken_together_or_not_at_all() {
    let store = new_store().await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    let roles = [Role::Index, SIGNING, Role::Signer(Address::ZERO)];
    let all: BTreeSet<_> = roles.map(|role| (DESTINATION, role)).into();
    assert!(!is_fenced(&first.acquire_all(&BTreeSet::new(), HOUR).await));
    assert!(store.acquire_all(&all, HOUR).await.is_err(), "leases are for replicas");
    assert_eq!(take(&first, SIGNING, HOUR).await, Some(1));
    assert!(!second.acquire_all(&all, HOUR).await.unwrap());
    assert_eq!(store.leases().await.unwrap().len(), 1, "it has taken none");
    assert!(is_fenced(&second.revert_to(DESTINATION, &chain(DESTINATION, 1)[0]).await), "nor thinks so");
    assert_eq!(second.renew(HOUR).await.unwrap(), []);

    // Its own it keeps, under the same epoch, and what it let go it takes anew.
    assert!(first.acquire_all(&all, HOUR).await.unwrap());
    let epochs =
        async || store.leases().await.unwrap().into_iter().map(|lease| lease.epoch).collect::<Vec<_>>();
    assert_eq!(epochs().await, [1, 1, 1]);
    first.let_go_of(DESTINATION);
    assert!(!second.acquire_all(&all, HOUR).await.unwrap());
    assert!(first.acquire_all(&all, HOUR).await.unwrap());
    assert_eq!(epochs().await, [2, 2, 2]);

    // What another one has taken of them it has lost, and the rest it can still give back.
    first.release(DESTINATION, SIGNING).await.unwrap();
    assert_eq!(take(&second, SIGNING, HOUR).await, Some(3));
    assert!(!first.acquire_all(&all, HOUR).await.unwrap());
    assert!(!second.acquire_all(&all, HOUR).await.unwrap(), "it is kept for now");
    first.release_chain(DESTINATION).await.unwrap();
    assert!(second.acquire_all(&all, HOUR).await.unwrap());

    // Each of those that are there takes what is free.
    let places = [(DESTINATION, Role::Member(0)), (SOURCE, Role::Member(0))];
    first.acquire(SOURCE, Role::Member(0), HOUR).await.unwrap();
    assert_eq!(second.acquire_each(&places.into(), HOUR).await.unwrap(), [places[0]].into());
}
