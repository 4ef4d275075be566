//! Killed at each named point, one after the other, under load.

use super::{
    dice::Dice,
    kind::{Kind, Parcel},
    replica::PATIENCE,
    schedule::{Point, SIDES, WITHIN},
    world::World,
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

const SEED: u64 = 21;
/// Points that every process passes that has messages to deliver.
const PASSED: [Point; 4] = [Point::Judging, Point::Committed, Point::Sent, Point::Read];
/// The first time, the second time, ...
const TIMES: u64 = 3;

/// Sends messages until the relayer has ended so often.
async fn until_killed(world: &mut World, keys: &mut impl Iterator<Item = u64>, kills: u64, at: &str) {
    let since = Instant::now();
    while world.replicas[0].killed() < kills {
        for side in SIDES {
            let parcels: Vec<_> = keys.take(2).map(|key| Parcel { kind: Kind::Counts, key }).collect();
            world.chain(side).send(&parcels).await;
            world.chain(side).mine().await;
        }
        sleep(Duration::from_millis(50)).await;
        world.replicas[0].tend();
        assert!(since.elapsed() < PATIENCE, "it never comes to {at}: {}", world.replicas[0].tail());
    }
}

/// kill -9 before and after everything that it says to a node, and everything that it writes down.
#[tokio::test(flavor = "multi_thread")]
async fn every_point_may_be_the_last() {
    let mut world = World::new(&mut Dice::new(SEED), 1).await;
    world.start();
    let (mut keys, mut kills) = (0.., 0);
    for times in 1..=TIMES {
        for point in PASSED {
            world.replicas[0].prey().set_trap(point, times);
            kills += 1;
            until_killed(&mut world, &mut keys, kills, &format!("{point:?}")).await;
        }
        for point in WITHIN {
            world.replicas[0].crash_at(point, times * 4);
            world.replicas[0].kill();
            kills += if cfg!(debug_assertions) { 2 } else { 1 };
            until_killed(&mut world, &mut keys, kills, point).await;
        }
    }
    let over = world.settle(SEED).await;
    println!("{over}");
    assert_eq!(over.books.in_vain().len() + over.books.fillers(), 0);
}
