//! Each fault of a node for itself, while messages come.

use super::{
    dice::Dice,
    fault::FAULTS,
    kind::{Kind, Parcel},
    schedule::SIDES,
    world::World,
};
use std::time::Duration;
use tokio::time::sleep;

const SEED: u64 = 31;
/// Some that are delivered, and some that no answer of a node may make anybody pay for.
const KINDS: [Kind; 3] = [Kind::Counts, Kind::Burns, Kind::Account];
/// How long a fault lasts, in blocks of both chains.
const BLOCKS: u64 = 3;

/// Of everything that nodes can do wrong, nothing is paid for, and everything is delivered once it stops.
#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_a_node_is_a_messages() {
    let mut world = World::new(&mut Dice::new(SEED), 1).await;
    world.start();
    let mut keys = 0..;
    for fault in FAULTS {
        for share in [40, 100] {
            for side in SIDES {
                world.replicas[0].set(side, Some((fault, share)));
            }
            for _ in 0..BLOCKS {
                for side in SIDES {
                    let parcels =
                        KINDS.into_iter().zip(keys.by_ref()).map(|(kind, key)| Parcel { kind, key });
                    let parcels: Vec<_> = parcels.collect();
                    world.chain(side).send(&parcels).await;
                    world.chain(side).mine().await;
                }
                sleep(Duration::from_millis(60)).await;
            }
            for side in SIDES {
                world.replicas[0].set(side, None);
            }
        }
        world.replicas[0].tend();
    }
    let over = world.settle(SEED).await;
    println!("{over}");
    assert_eq!(over.books.in_vain().len() + over.books.fillers(), 0);
}
