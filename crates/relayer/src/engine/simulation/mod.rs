//! A destination chain, its node, the source's follower and the store, in miniature: lanes live in it through faults,
//! reorgs and crashes, and have to come out with every message delivered once.

mod answers;
mod node;
mod world;

use proptest::prelude::*;

use world::{Weather, World};

/// A step of the simulation: which of the things that can happen now happens, and a number to vary it.
type Step = (u8, u16);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any::<Step>(), 0..250)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Lost answers, crashes, an unreachable node, a lagging gateway, evictions. No reorgs, nobody else relays.
    /// Then every message costs exactly one transaction.
    #[test]
    fn faults_and_crashes_cost_nothing(steps in steps()) {
        let mut world = World::new(Weather::Faults);
        for step in steps {
            world.step(step);
        }
        world.settle();
        prop_assert_eq!(world.undelivered(), 0);
        prop_assert_eq!(world.paid_in_vain(), 0);
    }

    /// All of that, and reorgs of both chains, other relayers, other users of the account, targets that revert for a
    /// while. Then every message that still exists is delivered.
    #[test]
    fn storms_pass(steps in steps()) {
        let mut world = World::new(Weather::Storm);
        for step in steps {
            world.step(step);
        }
        world.settle();
        prop_assert_eq!(world.undelivered(), 0);
    }
}
