//! A database that is far away: what counts is how often it is waited for.

use super::SERVER;
use crate::support::*;
use alloy_primitives::Address;
use causeway_store::{Role, Store, test_utils::Wire};
use std::{collections::BTreeSet, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn many_leases_are_asked_for_at_once() {
    let wire = Wire::to(&SERVER).await;
    let url = wire.url(&SERVER.new_schema().await);
    let replica = Store::connect(&url).await.unwrap().replica("A");
    let leases = |chain, count: u8| -> BTreeSet<(u64, Role)> {
        (0..count).map(|account| (chain, Role::Signer(Address::repeat_byte(account)))).collect()
    };
    let turns = async |chain, count| {
        let before = wire.turns();
        assert!(replica.acquire_all(&leases(chain, count), HOUR).await.unwrap());
        let acquired = wire.turns();
        assert_eq!(replica.renew(HOUR).await.unwrap(), []);
        (acquired - before, wire.turns() - acquired)
    };
    // The connection is made, and learns what there is.
    turns(SOURCE, 1).await;
    // One by one, it would be asked twenty times, and for each one several times.
    let (acquired, renewed) = turns(DESTINATION, 20).await;
    assert!(acquired <= 10 && renewed <= 10, "{acquired} and {renewed}");
}
