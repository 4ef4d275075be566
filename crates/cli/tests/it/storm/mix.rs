//! Many messages at once, some of them bad.

use super::{
    dice::Dice,
    kind::{Kind, Parcel},
    number,
    schedule::SIDES,
    world::World,
};

/// How many messages an everyday run has. A part of them is sent before the rest, and expires.
const EVERYDAY: u64 = 500;
/// Longer than a message can be delivered.
const EIGHT_DAYS: u64 = 8 * 24 * 60 * 60;
/// How many messages a block sends.
const BLOCK: usize = 50;

/// Of a hundred: 5 revert, 1 burns all gas, 1 returns a megabyte, 1 depends on another. One more has expired.
fn parcels(dice: &mut Dice, count: u64) -> Vec<Parcel> {
    let one = |key| {
        let kind = match dice.below(99) {
            0..5 => Kind::Reverts,
            5 => Kind::Burns,
            6 => Kind::Returns,
            7 => Kind::Locked,
            8..50 => Kind::Account,
            _ => Kind::Counts,
        };
        Parcel { kind, key }
    };
    let mut all: Vec<_> = (0..count).map(one).collect();
    // What they depend on comes after them: when they are seen first they would revert.
    let keys = all.iter().filter(|parcel| parcel.kind == Kind::Locked).map(|parcel| parcel.key);
    let unlocking: Vec<_> = keys.map(|key| Parcel { kind: Kind::Unlocks, key }).collect();
    all.extend(unlocking);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_among_many_cost_nothing_and_hold_nobody_up() {
    let seed = number("CAUSEWAY_STORM_SEED").unwrap_or(super::SEED);
    let count = number("CAUSEWAY_STORM_MESSAGES").unwrap_or(EVERYDAY);
    println!("seed: {seed} (again: CAUSEWAY_STORM_SEED={seed} CAUSEWAY_STORM_MESSAGES={count})");
    let mut dice = Dice::new(seed);
    let mut world = World::new(&mut dice, 1).await;
    for side in SIDES {
        let expired: Vec<_> = (0..count / 200).map(|key| Parcel { kind: Kind::Expired, key }).collect();
        let chain = world.chain(side);
        chain.send(&expired).await;
        chain.mine().await;
        chain.warp(EIGHT_DAYS).await;
        chain.mine().await;
    }
    world.start();
    let both = SIDES.map(|side| (side, parcels(&mut dice, count / 2)));
    let blocks = both[0].1.len().max(both[1].1.len()).div_ceil(BLOCK);
    for block in 0..blocks {
        for (side, parcels) in &both {
            let chain = world.chain(*side);
            let of_block = parcels.iter().skip(block * BLOCK).take(BLOCK).copied();
            chain.send(&of_block.collect::<Vec<_>>()).await;
            chain.mine().await;
        }
    }
    let over = world.settle(seed).await;
    println!("{over}");
    assert_eq!(over.books.fillers(), 0, "seed {seed}: nonces were given up");
}
