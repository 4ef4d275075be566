//! Several relayers at one work.

use super::{
    dice::Dice,
    number,
    prey::Prey,
    replica::Replica,
    schedule::{self, Force, Step},
    world::World,
};

/// What an everyday run has.
const FORCE: Force = Force { rounds: 60, messages: 4, kills: 2, reorgs: 5, faults: 4, pause: 150 };
/// What happens to single relayers, and to the database.
const BLOWS: u64 = 12;
const REPLICAS: usize = 3;

/// Killed, stopped, cut off from the database, without it: every message that can be delivered is, once, and none is paid for
/// twice, whichever of them does it.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_upon_several_costs_nothing() {
    let seed = number("CAUSEWAY_STORM_SEED").unwrap_or(super::SEED);
    let blows = number("CAUSEWAY_STORM_BLOWS").unwrap_or(BLOWS);
    println!("seed: {seed} (again: CAUSEWAY_STORM_SEED={seed} CAUSEWAY_STORM_BLOWS={blows})");
    let mut dice = Dice::new(seed);
    let of = |part: u64| (part * blows).div_ceil(BLOWS);
    let force = Force {
        rounds: of(FORCE.rounds),
        kills: of(FORCE.kills),
        reorgs: of(FORCE.reorgs),
        faults: of(FORCE.faults),
        ..FORCE
    };
    let steps = schedule::storm(&mut dice, force);
    let steps = schedule::beset(&mut dice, steps, REPLICAS as u64, blows);
    let is_trouble = |step: &&Step| !matches!(step, Step::Send(..) | Step::Mine(..) | Step::Pause(..));
    println!("{:?}", steps.iter().filter(is_trouble).collect::<Vec<_>>());
    let mut world = World::new(&mut dice, REPLICAS).await;
    world.share().await;
    world.start();
    world.go_through(steps).await;
    let stopped: u64 = world.replicas.iter().map(Replica::prey).map(Prey::stopped).sum();
    let over = world.settle(seed).await;
    println!("{over}; {stopped} times one was stopped");
    assert!(over.kills > 0 && stopped > 0, "nothing hit them");
}
