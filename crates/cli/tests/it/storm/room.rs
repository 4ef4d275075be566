//! A relayer whose disk is full, or takes nothing.

use super::{
    dice::Dice,
    disk::Disk,
    kind::{Kind, Parcel},
    replica::PATIENCE,
    schedule::SIDES,
    world::World,
};
use std::{
    process::ExitStatus,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Room for the schema, and some hundred messages.
const SMALL: &str = "600k";
const SEED: u64 = 7;

/// Sends messages until the relayer ends.
async fn until_it_ends(world: &mut World) -> ExitStatus {
    let since = Instant::now();
    let mut keys = 0..;
    loop {
        if let Some(status) = world.replicas[0].ended() {
            return status;
        }
        for side in SIDES {
            let parcels: Vec<_> =
                keys.by_ref().take(10).map(|key| Parcel { kind: Kind::Counts, key }).collect();
            world.chain(side).send(&parcels).await;
            world.chain(side).mine().await;
        }
        sleep(Duration::from_millis(50)).await;
        assert!(since.elapsed() < PATIENCE, "it goes on: {}", world.replicas[0].tail());
    }
}

async fn world() -> World {
    World::new(&mut Dice::new(SEED), 1).await
}

/// What could not be recorded is not sent, so the next one on the database, with more room, finds nothing that it does not know.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_it_before_a_record_is_lost() {
    let Some(disk) = Disk::mount(SMALL) else {
        println!("nothing can be mounted here: left out");
        return;
    };
    let mut world = world().await;
    let replica = &mut world.replicas[0];
    replica.launch_by(disk.launcher(replica.folder()));
    replica.work_on(disk.file("relayer.sqlite").to_str().unwrap());
    replica.start();
    let status = until_it_ends(&mut world).await;
    let tail = world.replicas[0].tail();
    assert_eq!(status.code(), Some(1), "{tail}");
    assert!(tail.contains("\"storage-unusable\"") && tail.contains("full"), "{tail}");

    // Nothing can be written at all.
    disk.remount("ro");
    world.replicas[0].start();
    let status = until_it_ends(&mut world).await;
    let tail = world.replicas[0].tail();
    assert_eq!(status.code(), Some(1), "{tail}");
    assert!(tail.contains("readonly") || tail.contains("read-only"), "{tail}");

    disk.remount("rw,size=64m");
    world.start();
    assert_eq!(world.settle(SEED).await.books.fillers(), 0);
}

/// The same by a limit on files, which every user can set.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_must_not_grow_ends_it_before_a_record_is_lost() {
    let mut world = world().await;
    let script = "trap '' XFSZ && ulimit -f 1000 && exec \"$@\"";
    world.replicas[0].launch_by(["sh", "-c", script, "sh"].map(str::to_owned).into());
    world.start();
    let status = until_it_ends(&mut world).await;
    let tail = world.replicas[0].tail();
    assert_eq!(status.code(), Some(1), "{tail}");
    assert!(tail.contains("\"storage-unusable\""), "{tail}");

    world.replicas[0].launch_by(Vec::new());
    world.start();
    assert_eq!(world.settle(SEED).await.books.fillers(), 0);
}
