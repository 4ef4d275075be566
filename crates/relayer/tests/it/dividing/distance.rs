//! A database that is far away, several accounts, and leases that are short for that.

use causeway_store::test_utils::Wire;

use super::*;
use crate::support::LeaseLog;

const ROUND_TRIP: Duration = Duration::from_millis(100);
const LEASE: Duration = Duration::from_secs(4);

#[tokio::test(flavor = "multi_thread")]
async fn it_settles_however_far_the_database_is_away() {
    let (wire, schema) = (Wire::to(&SERVER).await, SERVER.new_schema().await);
    let mut world = World::new(LEASE).await.with_accounts(5).await;
    world.url = SERVER.url(&schema);
    drop(world.store().await);
    let mut log = LeaseLog::of(&world.url).await;
    // It is far from here on, and for those to come.
    world.url = wire.url(&schema);
    wire.lengthen(ROUND_TRIP / 2);
    let (first, mut events_of_first) = world.replica("first").await;
    let all = async {
        for chain in [901, 902, 903] {
            taken(&mut events_of_first, chain).await;
        }
    };
    timeout(PATIENCE, all).await.expect("chains are taken and lost again and again");
    let (second, mut events_of_second) = world.replica("second").await;
    let share = taken(&mut events_of_second, 903);
    timeout(PATIENCE, share).await.expect("chains are taken and lost again and again");
    let sent = world.send(2).await;
    // Each of the three is renewed some times, while messages are on their way.
    log.settled(15).await;
    let work = world.work().await;
    assert_eq!(work.values().map(BTreeSet::len).collect::<Vec<_>>(), [2, 1], "{work:?}");
    for hash in &sent[&903] {
        events_of_second.submitted(*hash).await;
    }
    world.delivered_once(4).await;
    wire.lengthen(Duration::ZERO);
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}
