//! Storms: the relayer's process between real nodes, killed, misled and cut off, under load and reorgs. A storm follows from a
//! seed; what has to be true afterwards is read from the chains alone.

mod chain;
mod dice;
mod disk;
mod fault;
mod judge;
mod kind;
mod ledger;
mod mix;
mod nodes;
mod points;
mod prey;
mod proxy;
mod replica;
mod room;
mod schedule;
mod several;
mod site;
mod stale;
mod vain;
mod wire;
mod world;

use dice::Dice;
use schedule::{Force, Step};
use world::World;

/// What an everyday run has.
const EVERYDAY: Force = Force { rounds: 60, messages: 4, kills: 8, reorgs: 6, faults: 8, pause: 150 };
const SEED: u64 = 901_902;

fn number(name: &str) -> Option<u64> {
    let (_, value) = std::env::vars_os().find(|(variable, _)| variable == name)?;
    value.to_str()?.parse().ok()
}

/// The same weather for so many kills. Some of them hit nobody: the process does not come to the point before the next.
fn force(kills: u64) -> Force {
    let of = |part: u64| (part * kills).div_ceil(EVERYDAY.kills);
    Force {
        rounds: of(EVERYDAY.rounds),
        reorgs: of(EVERYDAY.reorgs),
        faults: of(EVERYDAY.faults),
        kills,
        ..EVERYDAY
    }
}

/// However often it is killed and whatever its nodes do: every message that can be delivered is, once, and none is paid for
/// twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_costs_nothing() {
    let seed = number("CAUSEWAY_STORM_SEED").unwrap_or(SEED);
    let kills = number("CAUSEWAY_STORM_KILLS").unwrap_or(EVERYDAY.kills);
    println!("seed: {seed} (again: CAUSEWAY_STORM_SEED={seed} CAUSEWAY_STORM_KILLS={kills})");
    let mut dice = Dice::new(seed);
    let steps = schedule::storm(&mut dice, force(kills));
    let is_trouble = |step: &&Step| !matches!(step, Step::Send(..) | Step::Mine(..) | Step::Pause(..));
    println!("{:?}", steps.iter().filter(is_trouble).collect::<Vec<_>>());
    let mut world = World::new(&mut dice, 1).await;
    world.start();
    world.go_through(steps).await;
    let over = world.settle(seed).await;
    println!("{over}");
    // A kill that comes while it is down already hits nothing.
    let least = if kills > EVERYDAY.kills { kills * 5 / 7 } else { 1 };
    assert!(over.kills >= least, "{} kills hit it, {least} should have", over.kills);
}
